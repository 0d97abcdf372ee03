"""Draws the pictures of the documentation through the product itself: ``make screens``.

A sample desk is built for one instant, served by an embedded backend and filled into a replica by the console's own
sync engine; every clock stands at that instant, so the same source draws the same files.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from textual import events
from textual.pilot import Pilot

from backend.config import NO_LIMITS, Config
from backend.demo.cache import sample_desk
from backend.embedded import EmbeddedServer
from console.app import ConsoleApp
from console.connecting import client_of
from console.envelopes import envelope
from console.i18n import set_language
from console.profile import Owner
from console.screens.login import LoginScreen
from console.settings import Settings
from console.sign_in import MemoryTokens
from console.signing_in import SignedIn
from console.store import Store
from console.sync.engine import SyncEngine
from desk.commands import Reply
from desk.ids import Instant
from desk.views import VIEWS

if TYPE_CHECKING:
    from console.sync.events import SyncEvent

FOLDER = Path(__file__).parent
AT: Instant = 1_774_922_520_000
"""2026-03-31 02:02 UTC: ten in the morning where most of the sample desk's customers live."""
AWAY_MS = 12 * 60_000
SEED, TICKETS = 7, 400
LARGE, SMALL, MIDDLE = (200, 50), (80, 24), (110, 35)
_PATIENCE_S = 20.0

Role = Literal["agent", "senior", "lead"]
Steps = Callable[[Pilot[int], "Desk"], Awaitable[None]]


@dataclass
class Hands:
    """A clock that moves only when it is told to."""

    now: Instant = AT

    def __call__(self) -> Instant:
        """The time it shows."""
        return self.now


@dataclass(frozen=True)
class Picture:
    """One file: how large, in which language and theme, what to do before it is drawn, and by whom."""

    name: str
    size: tuple[int, int] = LARGE
    lang: str = "en"
    theme: Literal["dark", "light"] = "dark"
    steps: Steps | None = None
    offline: bool = False
    role: Role = "agent"

    @property
    def path(self) -> Path:
        """Where it goes."""
        columns, lines = self.size
        return FOLDER / f"{self.name}-{columns}x{lines}-{self.lang}-{self.theme}.svg"


@dataclass(frozen=True)
class SignIn:
    """Somebody of the sample desk, signed in."""

    owner: Owner
    tokens: MemoryTokens


@dataclass(frozen=True)
class Desk:
    """The sample backend, and who is signed in to it."""

    server: EmbeddedServer
    people: dict[Role, SignIn]

    def engine(self, role: Role, hands: Hands, store: Store, on_event: "Callable[[SyncEvent], None]") -> SyncEngine:
        """The console's engine, on this backend."""
        who = self.people[role]
        return SyncEngine(store, partial(client_of, who.owner, who.tokens), on_event=on_event, clock=hands)


async def until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    """Let the console work until something holds."""
    end = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the screen did not come to what it should show")
        await pilot.pause(0.02)


async def rest(pilot: Pilot[int]) -> None:
    """Let what was begun come to its end."""
    await pilot.pause(0.4)
    await pilot.pause()


async def type_keys(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one by one, with time to show what they do; longer text is pasted."""
    for key in keys:
        if key.startswith("<") or len(key) == 1:
            await pilot.press(key.strip("<>"))
        else:
            pilot.app.post_message(events.Paste(key))
        await pilot.pause(0.05)
    await rest(pilot)


def writing(*words: str) -> Steps:
    """A step that writes text and presses keys: those of one letter, and named ones in angle brackets."""

    async def steps(pilot: Pilot[int], desk: "Desk") -> None:
        await type_keys(pilot, *words)

    return steps


async def offer_macro(pilot: Pilot[int], desk: "Desk") -> None:
    """A reply begun, and macros offered."""
    await writing(
        "j", "r", "Thank you for waiting. I looked at your transfer and this is what I see:", "<enter>", ":", ":"
    )(pilot, desk)


async def offer_macro_zh(pilot: Pilot[int], desk: "Desk") -> None:
    """The same, in Chinese."""
    await writing("j", "r", "您好，感谢您的耐心等待，我这边查到的情况如下：", "<enter>", ":", ":")(pilot, desk)


async def need_attention(pilot: Pilot[int], desk: "Desk") -> None:
    """Two replies to conversations that a colleague has answered meanwhile: the backend sends them back."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    store = app.workplace.store
    tickets = store.queue(VIEWS["mine"], AT).window(0, len(REPLIES))
    late = [
        envelope(Reply(ticket_id=ticket.id, body=body), AT, seen_n=ticket.last_n)
        for ticket, body in zip(tickets, REPLIES, strict=True)
    ]
    async with client_of(desk.people["senior"].owner, desk.people["senior"].tokens) as client:
        await client.commands(envelope(Reply(ticket_id=one.id, body=QUICKER), AT, seen_n=one.last_n) for one in tickets)
    for one in late:
        store.enqueue(one)
    app.desk.nudge()
    await until(pilot, lambda: len(store.attention()) == len(late))
    await type_keys(pilot, "g", "o")


async def sign_in(pilot: Pilot[int], desk: "Desk") -> None:
    """The sign-in, as it is on a machine without a keyring."""
    pilot.app.push_screen(LoginScreen(NewDoor()))
    await rest(pilot)


class NewDoor:
    """A first sign-in on a machine without a keyring."""

    server = "https://desk.example"
    user = "mei"

    async def kept_in(self) -> str:
        """Nowhere but in an encrypted file."""
        return "memory"

    async def sign_in(self, server: str, user: str, password: str, passphrase: str) -> SignedIn:
        """Nobody presses the key."""
        raise AssertionError("the picture only shows the screen")


def going_to(place: str) -> Steps:
    """A step that goes where ``--screen`` would begin."""

    async def steps(pilot: Pilot[int], desk: "Desk") -> None:
        app = pilot.app
        assert isinstance(app, ConsoleApp)
        app.desk.go_to(place)
        await rest(pilot)
        await app.settled()

    return steps


PLACES: dict[str, Role] = {
    "escalations": "senior",
    "hand_over": "agent",
    "review": "senior",
    "board": "lead",
    "bulk": "lead",
    "balance": "lead",
    "incidents": "lead",
    "articles": "senior",
    "procedures": "lead",
    "macros": "senior",
    "history": "lead",
}
"""Where seniors and leads work, and who goes there for the picture."""
LARGE_IN_CHINESE = frozenset({"escalations", "incidents", "balance"})

QUICKER = "您好，我已经联系了技术团队，有结果后马上告诉您。"
REPLIES = (
    "I have checked your account: nothing is lost. Please confirm the last four characters of the address you sent to, "
    "and I will release the transfer.",
    "Your request is with our finance team. You will hear from me before the end of the day.",
)

PICTURES: Sequence[Picture] = (
    *(
        Picture("desk", size, lang, theme)
        for size in (LARGE, SMALL)
        for lang in ("en", "zh")
        for theme in ("dark", "light")
    ),
    Picture("desk", MIDDLE),
    Picture("conversation", SMALL, steps=writing("<enter>")),
    Picture("conversation", SMALL, "zh", steps=writing("<enter>")),
    Picture("composer", LARGE, steps=offer_macro),
    Picture("composer", LARGE, "zh", "light", steps=offer_macro_zh),
    Picture("composer", SMALL, steps=offer_macro),
    Picture("knowledge", LARGE, steps=writing("K")),
    Picture("knowledge", LARGE, "zh", steps=writing("K", "提现", "<enter>")),
    Picture("knowledge", SMALL, steps=writing("K")),
    Picture("login", SMALL, steps=sign_in),
    Picture("login", SMALL, "zh", "light", steps=sign_in),
    Picture("keys", LARGE, steps=writing("?")),
    Picture("keys", SMALL, "zh", steps=writing("?")),
    Picture("search", LARGE, steps=writing("/", "status:open 提现")),
    *(
        Picture(name, size, lang, role=role, steps=going_to(name))
        for name, role in PLACES.items()
        for size, lang in ((LARGE, "en"), (SMALL, "en"), (LARGE if name in LARGE_IN_CHINESE else SMALL, "zh"))
    ),
    Picture("outbox", LARGE, steps=need_attention),
    Picture("outbox", SMALL, "zh", steps=need_attention),
    Picture("desk-offline", LARGE, offline=True),
    Picture("desk-offline", SMALL, "zh", "light", offline=True),
)
"""In this order: those that write to the desk, and those that need it gone, come last."""


@asynccontextmanager
async def console(picture: Picture, desk: Desk, hands: Hands, folder: Path) -> AsyncIterator[Pilot[int]]:
    """A console that has everything and is live."""
    set_language(picture.lang)
    store = Store.open(folder / f"{picture.path.stem}.db")
    app = ConsoleApp(
        store, Settings(theme=picture.theme), clock=hands, make_engine=partial(desk.engine, picture.role, hands)
    )
    try:
        async with app.run_test(size=picture.size) as pilot:
            await app.settled()
            await until(pilot, lambda: app.desk.status_line.sync.state == "live" and app.desk.queue.current is not None)
            while store.index_pending(1_000):
                await pilot.pause()
            await rest(pilot)
            yield pilot
            if app.workplace.engine is not None:
                await asyncio.to_thread(app.workplace.engine.stop)
    finally:
        store.close()


async def draw(picture: Picture, desk: Desk, hands: Hands, folder: Path) -> str:
    """The picture, as SVG."""
    hands.now = AT
    async with console(picture, desk, hands, folder) as pilot:
        if picture.offline:
            await go_offline(pilot, desk, hands)
        if picture.steps is not None:
            await picture.steps(pilot, desk)
        await rest(pilot)
        return pilot.app.export_screenshot()


async def go_offline(pilot: Pilot[int], desk: Desk, hands: Hands) -> None:
    """Take the backend away, and let some time pass."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    await asyncio.to_thread(desk.server.stop)
    await until(pilot, lambda: app.desk.status_line.sync.state == "offline")
    hands.now += AWAY_MS
    await pilot.pause(1.1)  # the status line looks at the clock once a second
    await asyncio.to_thread(desk.server.start)


async def sign_in_to(who: SignIn, password: str) -> None:
    """Sign somebody in."""
    async with client_of(who.owner, who.tokens) as client:
        await client.login(who.owner.user, password)


def main(names: Sequence[str]) -> int:
    """Draw the pictures whose names begin with one of ``names``; all without any."""
    os.environ.update(TZ="Asia/Shanghai", COLORTERM="truecolor")
    os.environ.pop("NO_COLOR", None)
    time.tzset()
    hands = Hands()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        built, database = sample_desk(
            folder, tickets=TICKETS, seed=SEED, lang="both", now=AT, progress=lambda what, done, total: None
        )
        config = Config(database=f"sqlite:///{database}", port=0, limits=NO_LIMITS, clock=hands)
        with EmbeddedServer(config) as server:
            people: dict[Role, SignIn] = {}
            for role in get_args(Role):
                login = built.logins[role]
                people[role] = SignIn(Owner(server=server.url, user=login.user), MemoryTokens())
                asyncio.run(sign_in_to(people[role], login.password))
            desk = Desk(server, people)
            for picture in PICTURES:
                if not names or picture.path.name.startswith(tuple(names)):
                    picture.path.write_text(asyncio.run(draw(picture, desk, hands, folder)), encoding="utf-8")
                    sys.stdout.write(f"{picture.path.name}\n")
                    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
