"""Every screen as it was last looked at: a picture that changed is looked at again, then taken with
``pytest tests/ui/snapshot --snapshot-update``. Clock, time zone, theme and cursor stand still."""

import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Literal, TypeAlias

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from console.app import ConsoleApp, SyncTold
from console.clock import frozen_clock
from console.envelopes import envelope
from console.i18n import set_language
from console.screens.login import LoginScreen
from console.settings import Settings
from console.signing_in import SignedIn
from console.store import Store
from console.sync.events import StateChanged
from console.widgets.composer import Composer
from desk.commands import Reply
from desk.ids import CommandId, MessageId, TicketId
from desk.outgoing import check_outgoing
from desk.records import Author, Message
from desk.wire import Conflict, Held, Rejected

NOW = 1_774_000_000_000
MINUTE = 60_000
WIDE, MIDDLE, SMALL = (200, 50), (110, 35), (80, 24)

Lang: TypeAlias = Literal["en", "zh"]
Steps: TypeAlias = Callable[[Pilot[int]], Awaitable[None]]
Looks: TypeAlias = Callable[..., bool]


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A terminal of true colour in UTC, whatever machine this is."""
    for name, value in {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def looks(snap_compare: Callable[..., bool], seeded_store: Store) -> Looks:
    """Whether the console, after some steps, looks as it did."""

    def compare(
        size: tuple[int, int],
        lang: Lang = "en",
        theme: Literal["dark", "light"] = "dark",
        steps: Steps | None = None,
        keys: tuple[str, ...] = (),
        store: Store = seeded_store,
    ) -> bool:
        set_language(lang)
        app = ConsoleApp(store, Settings(theme=theme), clock=frozen_clock(NOW))

        async def before(pilot: Pilot[int]) -> None:
            await app.settled()
            await quiet(pilot)
            for key in keys:
                await pilot.press(key)
                stop_blinking(app)
                await quiet(pilot)
            if steps is not None:
                await steps(pilot)
            stop_blinking(app)
            await quiet(pilot)

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


async def quiet(pilot: Pilot[int]) -> None:
    """Until nothing is under way: the cursor rested, workers are done, and the picture stays as it is."""
    app, same, before = pilot.app, 0, ""
    assert isinstance(app, ConsoleApp)
    while same < 3:
        await pilot.pause(0.1)
        await app.settled()
        now = app.export_screenshot()
        same, before = (same + 1 if now == before else 0), now


def stop_blinking(app: App[int]) -> None:
    """Show text cursors that stand still."""
    for text in (*app.screen.query(Input), *app.screen.query(TextArea)):
        text.cursor_blink = False


@pytest.mark.parametrize("size", [WIDE, MIDDLE, SMALL], ids=["wide", "middle", "small"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_desk(looks: Looks, size: tuple[int, int], lang: Lang) -> None:
    assert looks(size, lang)


def test_desk_light(looks: Looks) -> None:
    assert looks(WIDE, "en", "light")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_desk_empty(looks: Looks, tmp_path_factory: pytest.TempPathFactory, lang: Lang) -> None:
    store = Store.open(tmp_path_factory.mktemp("empty") / "local.db")
    assert looks(SMALL, lang, store=store)
    store.close()


def told(state: Literal["offline", "signed-out"], sentence: str = "") -> Steps:
    """The engine says so, twelve minutes ago."""

    async def steps(pilot: Pilot[int]) -> None:
        pilot.app.post_message(SyncTold(StateChanged(state=state, since=NOW - 12 * MINUTE, sentence=sentence)))

    return steps


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_desk_offline(looks: Looks, lang: Lang) -> None:
    assert looks(MIDDLE, lang, steps=told("offline"))


def test_desk_signed_out(looks: Looks) -> None:
    assert looks(MIDDLE, steps=told("signed-out", "Your sign-in has ended."))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_conversation_small(looks: Looks, lang: Lang) -> None:
    assert looks(SMALL, lang, keys=("enter",))


async def offer_macros(pilot: Pilot[int]) -> None:
    """A reply, and what ``::`` offers."""
    await pilot.press("r")
    stop_blinking(pilot.app)
    await quiet(pilot)
    await pilot.press(*"Hello", "enter", ":", ":")
    while "saved" not in str(pilot.app.screen.query_one(Composer).border_subtitle):
        await pilot.pause(0.05)


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])
def test_composer(looks: Looks, size: tuple[int, int]) -> None:
    assert looks(size, steps=offer_macros)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_note(looks: Looks, lang: Lang) -> None:
    assert looks(SMALL, lang, keys=("n",))


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])
def test_knowledge(looks: Looks, size: tuple[int, int]) -> None:
    assert looks(size, keys=("K",))


def test_article(looks: Looks) -> None:
    assert looks(WIDE, "zh", keys=("K", "enter"))


COLLEAGUE = Message(
    ticket_id=TicketId("t-1"),
    n=2,
    id=MessageId("m"),
    author=Author.AGENT,
    author_name="Mei Chen",
    body="请稍等，我在查。",
    at=NOW,
)


def outcome(command_id: CommandId, number: int) -> Conflict | Held | Rejected:
    """Another reason each time."""
    match number:
        case 1:
            return Conflict(id=command_id, what="reply", messages=(COLLEAGUE,))
        case 2:
            return Held(id=command_id, findings=check_outgoing("Please send me your seed phrase."))
        case _:
            return Rejected(id=command_id, code="closed", why="This ticket is closed.")


def refuse(store: Store) -> None:
    """Three replies that did not go through, each for another reason."""
    for number in (1, 2, 3):
        entry = store.enqueue(
            envelope(Reply(ticket_id=TicketId(f"t-{number}"), body=f"Answer {number}, written offline."), NOW - MINUTE)
        )
        store.mark_sending([entry.id])
        store.record_outcome(outcome(entry.id, number), NOW)


@pytest.mark.parametrize(("size", "lang"), [(WIDE, "en"), (SMALL, "zh")], ids=["wide-en", "small-zh"])
def test_outbox(looks: Looks, seeded_store: Store, size: tuple[int, int], lang: Lang) -> None:
    refuse(seeded_store)
    assert looks(size, lang, keys=("g", "o"))


class Door:
    """A first sign-in on a machine without a keyring."""

    server = "https://desk.example"
    user = "mei"

    async def kept_in(self) -> str:
        return "memory"

    async def sign_in(self, server: str, user: str, password: str, passphrase: str) -> SignedIn:
        raise AssertionError("nobody presses the key")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_login(looks: Looks, lang: Lang) -> None:
    async def open_login(pilot: Pilot[int]) -> None:
        await pilot.app.push_screen(LoginScreen(Door()))

    assert looks(SMALL, lang, steps=open_login)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help(looks: Looks, lang: Lang) -> None:
    assert looks(MIDDLE, lang, keys=("?",))
