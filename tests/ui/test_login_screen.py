"""Signing in: what is typed stays, each failure is one sentence, and where the sign-in goes is said first."""

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Static

from console.client_errors import NotOurServer, Unreachable, WrongCredentials
from console.profile import Owner
from console.screens.login import LoginScreen
from console.sign_in import MemoryTokens
from console.signing_in import SignedIn
from console.styles import FIRST_FRAME
from console.themes import DARK

DONE = SignedIn(Owner(server="https://desk.example", user="mei"), MemoryTokens(), "keyring")


class FixedDoor:
    """A door that answers as it was told."""

    def __init__(self, error: Exception | None = None, place: str = "keyring", server: str = "") -> None:
        self.error = error
        self.place = place
        self.server = server
        self.user = ""
        self.asked: list[tuple[str, str, str, str]] = []

    async def kept_in(self) -> str:
        return self.place

    async def sign_in(self, server: str, user: str, password: str, passphrase: str) -> SignedIn:
        self.asked.append((server, user, password, passphrase))
        if self.error:
            raise self.error
        return DONE


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, door: FixedDoor) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.login = LoginScreen(door)
        self.answers: list[SignedIn | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.login, self.answers.append)

    def text(self, name: str) -> str:
        return str(self.login.query_one(f"#{name}", Static).content)

    def value(self, name: str) -> str:
        return self.login.query_one(f"#{name}", Input).value


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_enter_walks_through_the_fields_and_signs_in() -> None:
    door = FixedDoor()
    host = Host(door)
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"desk.example", "enter", *"mei", "enter", *"secret", "enter")
        await settle(pilot)
        assert door.asked == [("desk.example", "mei", "secret", "")]
        assert host.answers == [DONE]


@pytest.mark.parametrize(
    "error",
    [WrongCredentials(), Unreachable("desk.example"), NotOurServer("desk.example", "a page")],
    ids=["wrong", "unreachable", "foreign"],
)
async def test_a_failure_is_one_sentence_and_everything_typed_stays(error: Exception) -> None:
    host = Host(FixedDoor(error))
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"desk.example", "enter", *"mei", "enter", *"secret", "enter")
        await settle(pilot)
        assert str(error) in host.text("login-error")
        assert (host.value("server"), host.value("user"), host.value("password")) == ("desk.example", "mei", "secret")
        assert host.answers == []
        assert not host.login.busy


async def test_the_password_never_stands_on_the_screen() -> None:
    host = Host(FixedDoor(WrongCredentials()))
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"desk.example", "enter", *"mei", "enter", *"hunter2", "enter")
        await settle(pilot)
        strips = host.screen._compositor.render_strips()
        assert "hunter2" not in "".join(segment.text for strip in strips for segment in strip)


async def test_where_the_sign_in_goes_is_said_before_anything_is_sent() -> None:
    for place, word, passphrase in (
        ("keyring", "keyring", False),
        ("file", "encrypted", False),
        ("memory", "quit", True),
    ):
        door = FixedDoor(place=place)
        host = Host(door)
        async with host.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert word in host.text("kept-in")
            assert bool(host.login.query_one("#passphrase").region.area) is passphrase
            assert door.asked == []


async def test_a_missing_field_is_asked_for() -> None:
    door = FixedDoor(server="https://desk.example")
    host = Host(door)
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+d")
        assert "Fill in" in host.text("login-error")
        assert door.asked == []
        await pilot.press("escape")
        assert host.answers == [None]
