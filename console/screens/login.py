"""The sign-in screen: server, user, password; says where the sign-in will be kept before anything is sent."""

from typing import ClassVar, Protocol

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input, Static

from console.client_errors import ClientError
from console.errors import CommandError
from console.i18n import gettext as _
from console.keys import bindings, in_context
from console.signing_in import SignedIn
from console.store.errors import StoreError
from console.styles import FOLDER
from console.widgets.form_field import CleanInput, FormField
from console.widgets.key_line import KeyLine
from desk.text import clean_name


class Door(Protocol):
    """What the screen needs of :class:`console.signing_in.SigningIn`."""

    @property
    def server(self) -> str:
        """The address to begin with."""

    @property
    def user(self) -> str:
        """The user to begin with."""

    async def kept_in(self) -> str:
        """Where a sign-in would be kept."""

    async def sign_in(self, server: str, user: str, password: str, passphrase: str) -> SignedIn:
        """Sign in; errors carry a ``sentence``."""


class LoginScreen(Screen[SignedIn | None]):
    """Dismissed with the sign-in, or None to work offline with what is here."""

    CSS_PATH: ClassVar = [str(FOLDER / "form.tcss"), str(FOLDER / "login.tcss")]
    BINDINGS: ClassVar[list[BindingType]] = bindings("login")
    KEY_CONTEXTS = ("login",)

    busy: var[bool] = var(False)

    def __init__(self, door: Door, reason: str = "") -> None:
        super().__init__()
        self._door = door
        self._reason = reason

    def compose(self) -> ComposeResult:
        """The three fields, where the sign-in goes, and what went wrong."""
        with Vertical(id="login-box"):
            yield Static(Content(_("Sign in to your desk")), id="login-title")
            yield Static(Content(clean_name(self._reason)), id="login-reason")
            yield FormField(_("Server"), CleanInput(self._door.server, id="server", placeholder="https://desk.example"))
            yield FormField(_("User"), CleanInput(self._door.user, id="user"))
            yield FormField(_("Password"), Input(id="password", password=True))
            yield Static("", id="kept-in", markup=False)
            yield FormField(_("Passphrase"), Input(id="passphrase", password=True))
            yield Static("", id="login-error", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Begin in the first empty field; probe the keyring meanwhile."""
        self.query_one(KeyLine).keys = [key for key in in_context("login") if key.hint]
        self._passphrase_field.display = False
        empty = (self._field(name) for name in ("server", "user", "password") if not self._field(name).value)
        next(empty, self._field("password")).focus()
        self.query_one("#kept-in", Static).update(Content(_("Looking for a keyring …")))
        self._probe()

    def _field(self, name: str) -> Input:
        """One of the fields."""
        return self.query_one(f"#{name}", Input)

    @property
    def _passphrase_field(self) -> FormField:
        """The row that is shown only without a keyring."""
        return next(row for row in self.query(FormField) if row.field.id == "passphrase")

    @work(exit_on_error=False, group="probe")
    async def _probe(self) -> None:
        """Say where the sign-in will be kept; without a keyring, offer the encrypted file."""
        place = await self._door.kept_in()
        self._passphrase_field.display = place == "memory"
        self.query_one("#kept-in", Static).update(Content(_kept_sentence(place)))

    @on(Input.Submitted)
    def _on_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on to the next empty field, then signs in."""
        event.stop()
        for name in ("server", "user", "password"):
            if not self._field(name).value:
                self._field(name).focus()
                return
        self.action_sign_in()

    def action_sign_in(self) -> None:
        """Sign in, unless it is under way or something is missing."""
        if self.busy:
            return
        missing = [name for name in ("server", "user", "password") if not self._field(name).value.strip()]
        if missing:
            self._fail(_("Fill in server, user and password."))
            self._field(missing[0]).focus()
            return
        self.busy = True
        self.query_one("#login-error", Static).update(Content(_("Signing in …")))
        self._sign_in()

    @work(exit_on_error=False, group="sign-in")
    async def _sign_in(self) -> None:
        """Everything typed stays, whatever happens."""
        values = [self._field(name).value for name in ("server", "user", "password", "passphrase")]
        try:
            signed_in = await self._door.sign_in(values[0].strip(), values[1].strip(), values[2], values[3])
        except (ClientError, CommandError, StoreError) as error:
            self._fail(error.sentence)
        else:
            self.dismiss(signed_in)
        finally:
            self.busy = False

    def _fail(self, sentence: str) -> None:
        """Say what went wrong, under the fields."""
        self.query_one("#login-error", Static).update(Content(f"! {clean_name(sentence, limit=500)}"))

    def action_leave(self) -> None:
        """Work offline."""
        self.dismiss(None)


def _kept_sentence(place: str) -> str:
    """Where the sign-in will be kept, in words."""
    return {
        "environment": _("The token of CONSOLE_TOKEN is used."),
        "keyring": _("The sign-in will be kept in the system's keyring."),
        "file": _("There is no keyring here; the sign-in will be kept in an encrypted file."),
        "memory": _(
            "There is no keyring here. With a passphrase the sign-in is kept in an encrypted file; "
            "without one, only until you quit."
        ),
    }[place]
