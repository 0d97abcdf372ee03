"""Opening a ticket and writing an article: the desk's rules say no in a sentence, and typed text is never lost."""

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Static

from console.screens.article_form import ArticleScreen, Beginning
from console.screens.new_ticket import NewTicketScreen
from console.styles import FIRST_FRAME
from console.themes import DARK
from console.widgets.composer_area import DraftArea
from console.workplace import Workplace
from desk.articles import ArticleText
from desk.commands import OpenTicket, SaveArticle, SubmitArticle
from desk.ids import ArticleId, CustomerId


class Host(App[None]):
    CSS_PATH = str(FIRST_FRAME[0])

    def __init__(self, form: Screen[str | None]) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = "desk-dark"
        self.form = form
        self.answers: list[str | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.form, self.answers.append)

    def error(self) -> str:
        return str(self.form.query_one("#form-error", Static).content)


async def settle(pilot: Pilot[None]) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_a_ticket_is_opened_for_a_customer_found_by_name(workplace: Workplace) -> None:
    host = Host(NewTicketScreen(workplace))  # type: ignore[arg-type]  # ids are text
    async with host.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        host.form.query_one("#customer", Input).value = "Anna"
        await settle(pilot)
        await pilot.press("enter")
        await pilot.press(*"Refund")
        host.form.query_one("#body", DraftArea).insert("Hello Anna")
        await settle(pilot)
        await pilot.press("ctrl+d")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        command = entry.envelope.command
        assert isinstance(command, OpenTicket)
        assert (command.customer_id, command.subject, command.body) == ("c-novak", "Refund", "Hello Anna")
        assert host.answers == [command.ticket_id]
        assert workplace.store.drafts() == []
        opened = workplace.store.ticket(command.ticket_id)
        assert opened is not None and opened.subject == "Refund"


async def test_without_subject_or_customer_it_says_so_and_keeps_everything(workplace: Workplace) -> None:
    host = Host(NewTicketScreen(workplace))  # type: ignore[arg-type]  # ids are text
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        host.form.query_one("#body", DraftArea).insert("typed before")
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert "customer" in host.error()
        assert host.form.query_one("#body", DraftArea).text == "typed before"
        await pilot.press("escape")
        await settle(pilot)
    again = Host(NewTicketScreen(workplace))  # type: ignore[arg-type]  # ids are text
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert again.form.query_one("#body", DraftArea).text == "typed before"


async def test_a_given_customer_brings_their_channel(workplace: Workplace) -> None:
    customer = workplace.store.customer(CustomerId("c-wang"))
    form = NewTicketScreen(workplace, customer)
    host = Host(form)  # type: ignore[arg-type]  # ids are text
    async with host.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert form.values()["channel"] == "telegram"
        assert form.values()["customer"] == "王磊"


async def test_an_agent_saves_a_draft_and_sends_it_for_review_instead_of_publishing(workplace: Workplace) -> None:
    form = ArticleScreen(workplace, begin=Beginning(text=ArticleText(title="How to wait", body_md="")))
    host = Host(form)  # type: ignore[arg-type]  # ids are text
    async with host.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+d")
        await settle(pilot)
        assert "text" in host.error() and workplace.store.outbox() == []
        host.form.query_one("#body", DraftArea).insert("# Wait\n\nPatiently.")
        await pilot.press("ctrl+s")
        await settle(pilot)
        saved, submitted = (entry.envelope.command for entry in workplace.store.outbox())
        assert isinstance(saved, SaveArticle) and isinstance(submitted, SubmitArticle)
        article = workplace.store.article(saved.article_id)
        assert article is not None and article.title == "How to wait" and article.state == "review"


async def test_a_change_to_a_published_article_is_a_revision(workplace: Workplace) -> None:
    form = ArticleScreen(workplace, workplace.store.article(ArticleId("art-en")))
    host = Host(form)  # type: ignore[arg-type]  # ids are text
    async with host.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        host.form.query_one("#body", DraftArea).insert("changed ")
        await pilot.press("ctrl+d")
        await settle(pilot)
        (entry,) = workplace.store.outbox()
        assert entry.envelope.expected_version == 1
        article = workplace.store.article(ArticleId("art-en"))
        assert article is not None and article.revision is not None
        assert "changed" in article.revision.body_md and "changed" not in article.body_md
