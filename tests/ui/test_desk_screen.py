"""The desk as an agent meets it: keys in, what is on the screen and in the outbox out."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from textual.pilot import Pilot

from console.app import ConsoleApp
from console.clock import frozen_clock
from console.keys import table, use_own_keys
from console.screens.help import KeyHelp
from console.screens.palette import Palette
from console.screens.picker import Picker
from console.screens.ticket_search import TicketSearch
from console.screens.why_first import WhyFirst
from console.settings import Settings
from console.store import Store
from console.sync.events import PresenceChanged, StateChanged
from desk.commands import Assign, Follow, Seen, SetSeverity, SetStatus, Snooze, Tag, Take
from desk.ids import AgentId, TicketId
from desk.records import Severity, Status
from desk.wire import Presence, Viewer

NOW = 1_774_000_000_000


@pytest.fixture
def app(seeded_store: Store) -> ConsoleApp:
    """A desk on the small replica, its clock standing still."""
    return ConsoleApp(seeded_store, clock=frozen_clock(NOW))


@pytest.fixture
async def pilot(app: ConsoleApp) -> AsyncIterator[Pilot[int]]:
    """The desk at 200x50, with everything shown that it shows by itself."""
    async with app.run_test(size=(200, 50)) as pilot:
        await app.settled()
        yield pilot


def text_of(app: ConsoleApp) -> str:
    """What is on the screen, line by line."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys, and let what they started end."""
    await pilot.press(*keys)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete(
        [worker for worker in pilot.app.workers if worker.group in ("acting", "seen", "queue")]
    )
    await pilot.pause()


def commands(app: ConsoleApp) -> list[object]:
    """What waits in the outbox, but for what was only read."""
    return [e.envelope.command for e in app.workplace.store.outbox() if not isinstance(e.envelope.command, Seen)]


async def test_the_first_frame_shows_the_queue_by_urgency(app: ConsoleApp, pilot: Pilot[int]) -> None:
    shown = text_of(app)
    assert shown.index("王磊") < shown.index("Anna Novak")
    assert "My team 2" in shown
    assert "VIP" in shown


async def test_the_ticket_under_the_cursor_is_shown_but_not_read(app: ConsoleApp, pilot: Pilot[int]) -> None:
    assert "我的 USDT 提现一直没到账" in text_of(app)
    assert app.workplace.store.outbox() == []


async def test_opening_a_ticket_marks_it_read(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "enter")
    assert app.focused is app.desk.conversation
    assert [e.envelope.command for e in app.workplace.store.outbox()] == [Seen(ticket_id=TicketId("t-1"), n=1)]


async def test_number_keys_switch_views(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "9")
    assert app.desk.view == "all"
    assert app.desk.queue.source.count() == 3
    await press(pilot, "1")
    assert "No tickets in this view." in text_of(app)


async def test_take_is_shown_at_once_and_can_be_taken_back(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "i")
    assert commands(app) == [Take(ticket_id=TicketId("t-1"))]
    assert (ticket := app.workplace.store.ticket(TicketId("t-1"))) and ticket.assignee_id == "a-li"
    await press(pilot, "u")
    assert commands(app) == []
    assert "Taken back" in app.desk.key_line.sentence


async def test_an_action_that_changes_nothing_says_so(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "i", "i")
    assert len(commands(app)) == 1
    assert app.desk.key_line.sentence


async def test_solve_and_next_opens_the_next(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "E")
    assert commands(app) == [SetStatus(ticket_id=TicketId("t-1"), status=Status.SOLVED)]
    assert app.desk.shown_id == "t-2"


async def test_a_key_without_a_ticket_says_why(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "1", "e")
    assert "No ticket is chosen" in app.desk.key_line.sentence


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (("s", *"hold", "enter"), SetStatus(ticket_id=TicketId("t-1"), status=Status.ON_HOLD)),
        (("!", *"emer", "enter"), SetSeverity(ticket_id=TicketId("t-1"), severity=Severity.EMERGENCY)),
        (("z", *"until", "enter"), Snooze(ticket_id=TicketId("t-1"), until_answer=True)),
        (("z", *"2d", "enter"), Snooze(ticket_id=TicketId("t-1"), until_at=NOW + 2 * 86_400_000)),
        (("t", *"fees", "enter"), Tag(ticket_id=TicketId("t-1"), add=("fees",))),
        (("a", *"li", "enter"), Assign(ticket_id=TicketId("t-1"), assignee_id=AgentId("a-li"))),
        (("f",), Follow(ticket_id=TicketId("t-1"), on=True)),
    ],
    ids=["status", "severity", "until answer", "two days", "tags", "assign", "follow"],
)
async def test_actions_put_their_command_into_the_outbox(
    app: ConsoleApp, pilot: Pilot[int], keys: tuple[str, ...], command: object
) -> None:
    for key in keys:
        await pilot.press(key)
    await app.workers.wait_for_complete([worker for worker in app.workers if worker.group in ("default", "acting")])
    await pilot.pause()
    assert commands(app) == [command]


async def test_escape_in_a_picker_does_nothing(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await pilot.press("s")
    await pilot.pause()
    assert isinstance(app.screen, Picker)
    await press(pilot, "escape")
    assert len(app.screen_stack) == 1
    assert commands(app) == []


@pytest.mark.parametrize(
    ("key", "screen"),
    [("w", WhyFirst), ("?", KeyHelp), ("f1", KeyHelp), ("/", TicketSearch), ("ctrl+k", Palette), ("ctrl+p", Palette)],
)
async def test_windows_open_and_close(app: ConsoleApp, pilot: Pilot[int], key: str, screen: type) -> None:
    await press(pilot, key)
    assert isinstance(app.screen, screen)
    await press(pilot, "escape")
    assert app.screen is app.desk


async def test_the_palette_runs_an_action_where_the_focus_was(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "ctrl+k", *"assign to me", "enter")
    assert commands(app) == [Take(ticket_id=TicketId("t-1"))]


async def test_search_finds_and_opens(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "slash", *"2FA")
    await app.workers.wait_for_complete()
    await press(pilot, "enter")
    assert app.desk.shown_id == "t-2"


async def test_full_width_keys_act_as_the_keys_meant(app: ConsoleApp, pilot: Pilot[int]) -> None:
    from textual import events

    app.post_message(events.Key("fullwidth_latin_small_letter_j", "ｊ"))
    await pilot.pause()
    assert app.desk.queue.cursor == 1


async def test_keys_do_not_act_while_text_has_focus(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "r")
    await press(pilot, "e", "i")
    assert commands(app) == []
    assert "REPLY to 王磊" in text_of(app)


async def test_g_then_a_key_goes_to_a_place(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await press(pilot, "j", "g", "g")
    assert app.desk.queue.cursor == 0
    await press(pilot, "enter", "g", "q")
    assert app.focused is app.desk.queue


async def test_who_else_is_there_is_shown(app: ConsoleApp, pilot: Pilot[int]) -> None:
    mei = Viewer(agent_id=AgentId("a-mei"), name="Mei Chen", ticket_id=TicketId("t-1"), writing="reply")
    app.desk.take(PresenceChanged(presence=Presence(online=(mei.agent_id,), viewers=(mei,))))
    await pilot.pause()
    assert text_of(app).count("mei is replying") == 2


async def test_offline_is_a_state_with_an_age(app: ConsoleApp, pilot: Pilot[int]) -> None:
    app.desk.take(StateChanged(state="offline", since=NOW - 180_000))
    await pilot.pause()
    assert "offline 3 min" in text_of(app)


@pytest.mark.parametrize("size", [(20, 5), (39, 24), (80, 8)])
async def test_a_tiny_window_says_so_and_recovers(app: ConsoleApp, pilot: Pilot[int], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    await pilot.pause()
    assert "Window" in text_of(app)
    await pilot.resize_terminal(200, 50)
    await pilot.pause()
    assert "王磊" in text_of(app)


async def test_one_pane_at_a_time_on_80_columns(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await pilot.resize_terminal(80, 24)
    await press(pilot, "g", "q")
    assert "Anna Novak" in text_of(app)
    await press(pilot, "enter")
    shown = text_of(app)
    assert "我的 USDT 提现一直没到账" in shown
    assert "Anna Novak" not in shown
    await press(pilot, "escape")
    assert "Anna Novak" in text_of(app)


async def test_no_color_is_obeyed(seeded_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ConsoleApp(seeded_store, clock=frozen_clock(NOW))
    async with app.run_test(size=(120, 30)):
        await app.settled()
        strips = [
            *app.desk.queue.render_lines(app.desk.queue.size.region),
            *app.desk.views_bar.render_lines(app.desk.views_bar.size.region),
        ]
        styles = [segment.style for strip in strips for segment in strip if segment.style]
    assert not [style for style in styles if style.color or style.bgcolor]
    assert any(style.reverse for style in styles)


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_both_themes_are_shown(
    seeded_store: Store, monkeypatch: pytest.MonkeyPatch, theme: Literal["dark", "light"]
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    app = ConsoleApp(seeded_store, Settings(theme=theme), clock=frozen_clock(NOW))
    async with app.run_test(size=(120, 30)):
        assert app.current_theme.dark == (theme == "dark")


async def test_own_keys_replace_the_tables(seeded_store: Store) -> None:
    app = ConsoleApp(seeded_store, Settings(keys={"desk.take": "x", "nonsense": "q"}), clock=frozen_clock(NOW))
    async with app.run_test(size=(120, 30)) as pilot:
        await app.settled()
        assert "nonsense" in app.desk.key_line.sentence
        await press(pilot, "i")
        assert commands(app) == []
        await press(pilot, "x")
        assert commands(app) == [Take(ticket_id=TicketId("t-1"))]
    assert table()["desk.take"].shown_keys == "x"
    use_own_keys({})


async def test_leaving_ends_with_zero(app: ConsoleApp, pilot: Pilot[int]) -> None:
    await pilot.press("ctrl+q")
    await pilot.pause()
    assert app.return_value == 0


async def test_a_crash_is_one_sentence_without_locals(seeded_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    app = ConsoleApp(seeded_store, clock=frozen_clock(NOW))

    def broken() -> None:
        words = "a customer's words"
        raise RuntimeError(words[:0])

    with pytest.raises(RuntimeError):
        async with app.run_test(size=(80, 24)) as pilot:
            app.call_later(broken)
            await pilot.pause()
    told = capsys.readouterr().err
    assert "stopped on an error" in told
    assert "customer" not in told
