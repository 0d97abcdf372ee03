"""Before a link is opened: its true host, in both spellings, and what is suspicious about it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from console.i18n import gettext as _
from console.keys import bindings
from console.styles import use_style
from desk.text import clean_name, clean_text


@dataclass(frozen=True, slots=True)
class TrueHost:
    """Where a link goes. ``ascii`` is the name as it is looked up (punycode), ``problem`` why it is not opened."""

    host: str
    ascii: str
    warnings: tuple[str, ...] = ()
    problem: str = ""


def true_host(url: str, company_domains: Sequence[str] = ()) -> TrueHost:
    """The host a link really goes to, what to know about it, and whether it may be opened at all. Pure."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        ascii_host = host.encode("idna").decode() if host else ""
    except (ValueError, UnicodeError):
        return TrueHost(clean_name(url, limit=60), "", problem=_("This is no address a browser could open."))
    problem = "" if parts.scheme == "https" and host else _("Only https links are opened.")
    warnings = []
    if ascii_host != host.lower():
        warnings.append(_("It is looked up as {host}.").format(host=ascii_host))
    if len(_scripts(host)) > 1:
        warnings.append(_("Its name mixes scripts, as imitations do."))
    if "@" in parts.netloc:
        warnings.append(_("What stands before the @ is not where it goes."))
    if (twin := _imitated(ascii_host, company_domains)) is not None:
        warnings.append(_("It looks like {domain}, but is not.").format(domain=twin))
    return TrueHost(clean_name(host), ascii_host, tuple(warnings), problem)


def _scripts(host: str) -> set[str]:
    return {unicodedata.name(character, "?").split(" ")[0] for character in host if character.isalpha()}


def _imitated(host: str, domains: Sequence[str]) -> str | None:
    """The company's domain that a host imitates without being it."""
    for domain in domains:
        if host == domain or host.endswith("." + domain):
            return None
    bare = _skeleton(host)
    return next((domain for domain in domains if _skeleton(domain.split(".")[0]) in bare), None)


def _skeleton(name: str) -> str:
    """A name with the letters that are taken for one another made the same."""
    return name.lower().translate(str.maketrans("0135", "olis")).replace("rn", "m").replace("vv", "w").replace("-", "")


class LinkCheck(ModalScreen[bool]):
    """Returns whether to open the link."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("picker")
    KEY_CONTEXTS = ("picker",)

    def __init__(self, url: str, company_domains: Sequence[str] = ()) -> None:
        super().__init__()
        self._url = url
        self._host = true_host(url, company_domains)

    def compose(self) -> ComposeResult:
        """The host alone on a line, the whole link under it, warnings."""
        use_style(self.app, "picker.tcss")
        host = self._host
        with Vertical(id="link-check", classes="window"):
            yield Static(Content(host.host or "?").stylize("bold"), markup=False)
            yield Static(Content(clean_text(self._url, limit=400, newlines=False)), classes="quiet", markup=False)
            for warning in (*host.warnings, *([host.problem] if host.problem else [])):
                yield Static(Content(f"! {warning}"), classes="warning", markup=False)

    def on_mount(self) -> None:
        """Say what the keys do."""
        box = self.query_one("#link-check")
        box.border_title = Content(_("This link goes to"))
        box.border_subtitle = Content(_("Esc") if self._host.problem else _("Enter opens it in your browser · Esc"))

    def action_choose(self) -> None:
        """Open it, if it may be opened."""
        self.dismiss(not self._host.problem)

    def action_cancel(self) -> None:
        """Leave it."""
        self.dismiss(False)

    def action_mark(self) -> None:
        """Nothing is marked here."""
