"""Says where a link leads: nothing when it is where its text says, a warning when it is elsewhere."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(
    r"(?:https?://)?((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?=$|[/:?#\s,;!)»”。，]|\.(?:\s|$))", re.IGNORECASE
)
_FILE_ENDINGS = frozenset(
    {"csv", "doc", "docx", "gif", "htm", "html", "jpeg", "jpg", "json", "pdf", "png", "txt", "xls"}
)
_FILE_ENDINGS |= {"xlsx", "zip"}
_IGNORED = re.compile(r"[\t\r\n]+")
"""Browsers and mail programs read over these within an address."""


def target_remark(text: str, href: str) -> str:
    """The words to put behind a link that is written ``text``."""
    href = _IGNORED.sub("", href).strip()
    if href.startswith("//"):
        href = f"https:{href}"
    scheme = href.partition(":")[0].lower()
    if scheme == "mailto":
        return _mail_remark(text, href)
    if scheme not in ("http", "https") or text == href:
        return ""
    named, host = _named_hosts(text), _host_of(href)
    if any(_plain(other) != _plain(host) for other in named):
        return f"[leads to another host: {href}]"
    return "" if named else f"({href})"


def _mail_remark(text: str, href: str) -> str:
    """About an address to write to: only when the text shows another one."""
    address = href.partition(":")[2].partition("?")[0]
    return f"[writes to another address: {address}]" if "@" in text and address.lower() not in text.lower() else ""


def _named_hosts(text: str) -> list[str]:
    """The hosts that a link's text names; a file's name is none."""
    hosts = [str(found) for found in _HOST.findall(text)]
    return [host for host in hosts if host.rpartition(".")[2].lower() not in _FILE_ENDINGS]


def _plain(host: str) -> str:
    return host.lower().removeprefix("www.")


def _host_of(href: str) -> str:
    try:
        return urlsplit(href).hostname or ""
    except ValueError:
        return ""
