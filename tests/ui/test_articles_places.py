"""From the desk to articles and history: the keys that lead there, and a draft made of a ticket."""

from textual.pilot import Pilot

from console.app import ConsoleApp
from console.envelopes import envelope
from console.screens.article_form import ArticleScreen
from console.screens.articles import ArticlesScreen
from console.screens.history import HistoryScreen
from console.widgets.key_line import KeyLine
from console.workplace import Workplace
from desk.commands import Reply, SaveArticle
from desk.records import Ticket


async def settle(pilot: Pilot[int]) -> None:
    for _ in range(2):
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def desk_of(workplace: Workplace) -> ConsoleApp:
    return ConsoleApp(workplace.store, clock=workplace.clock)


async def test_a_ticket_without_an_answer_makes_no_article(workplace: Workplace) -> None:
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("W")
        await settle(pilot)
        assert app.screen.name == "desk"
        assert "no answer yet" in app.screen.query_one(KeyLine).sentence


async def test_an_answered_ticket_becomes_a_draft_without_its_customer(
    workplace: Workplace, novak_ticket: Ticket
) -> None:
    reply = Reply(ticket_id=novak_ticket.id, body="Anna, use your backup codes.\n---\nThen add a new device.")
    workplace.store.enqueue(envelope(reply, workplace.clock()))
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("j", "W")
        await settle(pilot)
        form = app.screen
        assert isinstance(form, ArticleScreen)
        assert form.values()["title"] == novak_ticket.subject
        assert form.values()["body"] == (
            "> I lost my 2FA device.\n\n[name], use your backup codes.\n---\nThen add a new device."
        )
        await pilot.press("ctrl+d")
        await settle(pilot)
        saved = workplace.store.outbox()[-1].envelope.command
        assert isinstance(saved, SaveArticle) and saved.from_ticket_id == novak_ticket.id


async def test_keys_lead_to_articles_and_a_tickets_history_and_leads_alone_search(workplace: Workplace) -> None:
    app = desk_of(workplace)
    async with app.run_test(size=(180, 45)) as pilot:
        await settle(pilot)
        await pilot.press("g", "a")
        await settle(pilot)
        assert isinstance(app.screen, ArticlesScreen)
        await pilot.press("escape", "H")
        await settle(pilot)
        assert isinstance(app.screen, HistoryScreen)
        await pilot.press("escape", "g", "h")
        await settle(pilot)
        assert app.screen.name == "desk" and "takes a lead" in app.screen.query_one(KeyLine).sentence
