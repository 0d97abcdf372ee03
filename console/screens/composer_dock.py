"""The composer's place under the conversation: brings the draft, keeps it, and makes it a command when it is sent.

The desk mounts it on first use and tells it what to write to; see :mod:`console.screens.docks`.
"""

import asyncio
from typing import Literal

from textual import on, work
from textual.app import SuspendNotSupported
from textual.widget import AwaitMount

from console.envelopes import envelope
from console.i18n import gettext as _
from console.screens.article_offers import article_completions, short_answer_for
from console.screens.composer_files import TakingFiles
from console.screens.docks import ComposerClosed, ReplyQueued, Said, Slot, WritingChanged
from console.screens.draft_keeper import DraftKeeper
from console.screens.external_editor import EditorError, edit, editor_command
from console.screens.outgoing_check import who_came_between, why_not_sent
from console.store.errors import StoreError
from console.widgets.composer import Composer
from console.workplace import Workplace
from desk.commands import AnyCommand, ApplyMacro, AskReview, Note, Reply
from desk.ids import ArticleId
from desk.macros import preview
from desk.outgoing import check_outgoing
from desk.permissions import needs_approval
from desk.records import Agent, Ticket
from desk.ticket_parts import ReviewState


class ComposerDock(TakingFiles):
    """Holds at most one composer; hidden while nothing is written."""

    DEFAULT_CSS = "ComposerDock { height: auto; width: 1fr; display: none; }"

    def __init__(self, workplace: Workplace, *, id: str | None = None) -> None:
        super().__init__(workplace, id=id)
        self._composer: Composer | None = None
        self._mounting: AwaitMount | None = None
        self._keeper: DraftKeeper | None = None
        self._ticket: Ticket | None = None
        self._seen_n = 0
        self._warned_n = 0
        self._told: Literal["", "reply", "note"] = ""
        self._inserted: tuple[ArticleId, ...] = ()

    # What the desk asks (see docks.ComposerDock)

    @property
    def writing(self) -> Literal["", "reply", "note"]:
        """Which composer is open and has text in it."""
        return self._composer.slot if self._composer and self._composer.body.strip() else ""

    def show(self, ticket: Ticket | None) -> None:
        """Another ticket leaves the composer (its draft stays); the same one brings news."""
        if self._ticket is None or self._composer is None:
            return
        if ticket is None or ticket.id != self._ticket.id:
            self._keep(self._composer)
            self._close()
            return
        self._ticket = self._composer.ticket = ticket

    def write(self, slot: Slot, ticket: Ticket, seen_n: int) -> None:
        """Open the composer with the draft there is, and focus it."""
        same = self._composer and self._ticket and self._ticket.id == ticket.id and self._composer.slot == slot
        self._seen_n = max(seen_n, self._seen_n) if same else seen_n
        if same and self._composer:
            if self._composer.is_mounted:
                self._composer.area.focus()
            return
        me = self._workplace.me()
        if me is None:
            self.post_message(Said(_("Sign in first; a reply needs an author."), "warning"))
            return
        if self._composer:
            self._keep(self._composer)
            self._composer.remove()
        self._open(slot, ticket, me)

    async def opened(self) -> None:
        """Return when the composer that is being opened has the focus."""
        if self._mounting is None:
            return
        await self._mounting
        if self._composer is not None and self._composer.is_mounted:
            self.screen.set_focus(self._composer.area)

    def insert(self, text: str, article_id: ArticleId | None = None) -> None:
        """Put text (an article's, whose use is counted with the reply) into the open draft at the cursor."""
        composer = self._composer
        if composer is None:
            return
        if not composer.is_mounted:
            self.call_after_refresh(self.insert, text, article_id)
            return
        if article_id is not None:
            self._inserted = tuple(dict.fromkeys((*self._inserted, article_id)))
        composer.insert(text)
        composer.area.focus()

    def macro(self, ticket: Ticket, seen_n: int, shortcut: str = "") -> None:
        """Let the author choose a macro into a reply, the one of a shortcut first."""
        self.write("reply", ticket, seen_n)
        if self._composer:
            self._composer.call_after_refresh(self._composer.choose_macro, shortcut)

    def _open(self, slot: Slot, ticket: Ticket, me: Agent) -> None:
        """Mount a composer for a ticket, with what was written before."""
        store = self._workplace.store
        self._keeper = DraftKeeper(self._workplace, ticket.id, slot)
        draft = self._keeper.load()
        teams = {str(team_id): team.name for team_id, team in store.teams().items()}
        agents = store.agents()
        composer = Composer(
            slot,
            ticket,
            me,
            body=draft.body if draft else "",
            limit=store.policy().channel_limits.get(ticket.channel),
            macros=store.macros(),
            agents=tuple(agents.values()),
            names=teams | {str(agent_id): agent.name for agent_id, agent in agents.items()},
        )
        self._composer, self._ticket, self._warned_n, self._inserted = composer, ticket, 0, ()
        self.display = True
        self._mounting = self.mount(composer)
        composer.set_reactive(Composer.approval, slot == "reply" and needs_approval(me))
        composer.call_after_refresh(self._begin, composer, draft.attachments if draft else ())

    def _begin(self, composer: Composer, paths: tuple[str, ...]) -> None:
        """The composer is there: put the cursor at the end, take the files in again."""
        if composer is not self._composer:
            return
        composer.area.move_cursor(composer.area.document.end)
        composer.area.focus()
        for path in paths:
            self.take_in(composer, path)
        self._tell_writing()

    def _close(self) -> None:
        """Take the composer away; the draft is in the replica."""
        if self._composer:
            self._composer.remove()
        self._composer = self._keeper = self._ticket = None
        self.display = False
        self._tell_writing()

    def _tell_writing(self) -> None:
        """Say so when somebody began or stopped to write."""
        if self.writing != self._told:
            self._told = self.writing
            self.post_message(WritingChanged(self._told))

    # Drafts

    @on(Composer.DraftChanged)
    def _on_draft_changed(self, event: Composer.DraftChanged) -> None:
        """Save what is written now."""
        event.stop()
        self._tell_writing()
        self._keep(event.composer)

    def _keep(self, composer: Composer) -> None:
        """Save what stands in the composer at this moment, if it is the open one and has changed."""
        if composer is self._composer and self._keeper and composer.take_unsaved():
            paths = tuple(line.path for line in composer.files)
            self._save(composer, self._keeper, composer.body, paths)

    @work(exit_on_error=False, group="draft")
    async def _save(self, composer: Composer, keeper: DraftKeeper, body: str, paths: tuple[str, ...]) -> None:
        """Save in a thread; the author sees that it is kept, or why not."""
        try:
            moved = await keeper.save(body, paths)
        except StoreError as error:
            composer.state = _("draft not saved")
            self.post_message(Said(error.sentence, "warning"))
            return
        composer.state = _("draft saved") if body.strip() else ""
        if moved:
            self.post_message(Said(_("Another console changed this draft too; both texts are kept."), "warning"))

    @on(Composer.Left)
    def _on_left(self, event: Composer.Left) -> None:
        """Leave; what was written stays."""
        event.stop()
        if event.composer is self._composer:
            self._close()
            self.post_message(ComposerClosed())

    # Sending

    @on(Composer.SendRequested)
    def _on_send(self, event: Composer.SendRequested) -> None:
        """Send, or say under the text why not."""
        event.stop()
        composer = event.composer
        if composer is not self._composer or self._ticket is None or self._keeper is None:
            return
        if why := why_not_sent(composer.slot, composer.body, composer.limit, composer.files):
            composer.warning = why
            if composer.slot == "reply" and (findings := check_outgoing(composer.body)):
                composer.mark_range(findings[0].start, findings[0].end)
            return
        if composer.slot == "note" and event.ask:
            composer.warning = _("A note stays inside the desk and needs no approval; ctrl+d saves it.")
            return
        if composer.slot == "reply" and (why := self._why_not_out(composer, self._ticket, event.ask)):
            composer.warning = why
            return
        on_top = self._warned_n > self._seen_n
        newest = max(self._ticket.last_agent_n, self._ticket.last_customer_n)
        if composer.slot == "reply" and newest > max(self._seen_n, self._warned_n):
            composer.warning = who_came_between(self._ticket, max(self._seen_n, self._warned_n))
            self._warned_n = newest
            return
        ask = composer.slot == "reply" and (event.ask or composer.approval)
        self._send(composer, self._keeper, self._command(composer, self._ticket, ask=ask), on_top)

    def _why_not_out(self, composer: Composer, ticket: Ticket, ask: bool) -> str:
        """What stands against writing to this customer, or says that the reply will be approved first. The second time
        the author knows."""
        customer = self._workplace.store.customer(ticket.customer_id)
        if customer is not None and customer.do_not_contact and not ticket.unanswered:
            return _("This customer asked not to be written to; answer once they write, or write a note.")
        if not ask and not composer.approval and self._macro_needs_approval(composer):
            composer.approval = True
            return _("Replies with this macro are approved first: ctrl+d again asks for it.")
        waiting = ticket.review
        if (ask or composer.approval) and waiting is not None and waiting.state is ReviewState.ASKED:
            return _("A reply of {name} waits for approval here already; R shows it.").format(name=waiting.author_name)
        return ""

    def _macro_needs_approval(self, composer: Composer) -> bool:
        macro_id = composer.began_with_macro()
        macro = next((macro for macro in composer.macros if macro.id == macro_id), None) if macro_id else None
        return needs_approval(composer.me, macro)

    def _command(self, composer: Composer, ticket: Ticket, *, ask: bool) -> AnyCommand:
        """What is written, as a command."""
        if composer.slot == "reply":
            of_kind = AskReview if ask else Reply
            return of_kind(
                ticket_id=ticket.id,
                body=composer.body.strip(),
                attachments=composer.attachments,
                macro_id=composer.began_with_macro(),
                article_ids=self._inserted,
            )
        return Note(
            ticket_id=ticket.id,
            body=composer.body.strip(),
            mentions=composer.mentions,
            attachments=composer.attachments,
        )

    @work(exit_on_error=False, group="send")
    async def _send(self, composer: Composer, keeper: DraftKeeper, command: AnyCommand, on_top: bool) -> None:
        """Make it durable, then close: the composer stays open until the commit has returned."""
        if composer.sending:
            return
        composer.sending = True
        workplace = self._workplace
        wanted = envelope(
            command,
            workplace.clock(),
            ticket=self._ticket,
            seen_n=max(self._seen_n, self._warned_n),
            on_top=on_top,
        )
        try:
            async with keeper.turn():
                entry = await asyncio.to_thread(
                    workplace.store.enqueue,
                    wanted,
                    undo_s=workplace.store.policy().undo_send_s,
                    clear_draft=keeper.place,
                )
        except StoreError as error:
            composer.sending = False
            composer.warning = error.sentence
            return
        if composer is self._composer:
            self._close()
        self.post_message(ReplyQueued(entry))
        self.post_message(ComposerClosed())

    # Macros and articles

    @on(Composer.MacroApplied)
    def _on_macro(self, event: Composer.MacroApplied) -> None:
        """The text is in the draft; make the macro's changes to the ticket, if it has any."""
        event.stop()
        macro = next((macro for macro in event.composer.macros if macro.id == event.macro_id), None)
        if macro and self._ticket and preview(macro, self._ticket).changes:
            self._enqueue(ApplyMacro(ticket_id=self._ticket.id, macro_id=macro.id), self._ticket)

    @work(exit_on_error=False, group="send")
    async def _enqueue(self, command: AnyCommand, ticket: Ticket) -> None:
        """Make a change durable."""
        try:
            wanted = envelope(command, self._workplace.clock(), ticket=ticket)
            await asyncio.to_thread(self._workplace.store.enqueue, wanted)
        except StoreError as error:
            self.post_message(Said(error.sentence, "warning"))

    @on(Composer.ArticlesWanted)
    def _on_articles_wanted(self, event: Composer.ArticlesWanted) -> None:
        """Find articles for what was typed."""
        event.stop()
        self._offer_articles(event)

    @work(exit_on_error=False, exclusive=True, group="articles")
    async def _offer_articles(self, event: Composer.ArticlesWanted) -> None:
        """The newest query wins; a late answer finds its trigger gone."""
        if self._ticket:
            offers = await asyncio.to_thread(
                article_completions, self._workplace.store, event.trigger.query, self._ticket
            )
            event.composer.offer(event.trigger, offers)

    @on(Composer.ArticleChosen)
    async def _on_article_chosen(self, event: Composer.ArticleChosen) -> None:
        """Insert its short answer in the customer's language."""
        event.stop()
        if self._ticket:
            store, lang = self._workplace.store, self._ticket.lang
            event.composer.insert(await asyncio.to_thread(short_answer_for, store, event.article_id, lang))
            self._inserted = tuple(dict.fromkeys((*self._inserted, ArticleId(event.article_id))))

    # The author's editor

    @on(Composer.EditorRequested)
    def _on_editor(self, event: Composer.EditorRequested) -> None:
        """Free the terminal for the author's editor, then take the text back."""
        event.stop()
        try:
            command = editor_command()
            with self.app.suspend():
                text = edit(event.composer.body, command)
        except EditorError as error:
            event.composer.warning = error.sentence
        except SuspendNotSupported:
            event.composer.warning = _("This terminal cannot be lent to an editor; write here.")
        else:
            event.composer.rewrite(text)
