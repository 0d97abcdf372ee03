"""Procedures run in a ticket, and what they end with; the places where macros and procedures are written."""

from typing import TYPE_CHECKING, cast

from console.i18n import gettext as _
from console.i18n import language
from console.screens.choices import Choice
from console.screens.desk_actions import TicketActing
from desk.ids import ProcedureId
from desk.records import Procedure, Ticket

if TYPE_CHECKING:
    from console.screens.procedure_dock import ProcedureDock, RunEnded

LINES_READ = 20
"""So many of the newest lines say what a ticket is about."""


class Proceeding(TicketActing):
    """The part for it."""

    def action_procedure(self) -> None:
        """Go on with the ticket's procedure, or choose one."""
        ticket = self.target_or_why("desk.procedure")
        if ticket is None:
            return
        if self.store.read_only or self.me is None:
            self.say(self.store.notice or _("Sign in first: nobody works at this desk yet."), "warning")
        elif ticket.run is not None:
            self.attempt(self._resume(ticket))
        else:
            self.attempt(self._choose_procedure(ticket))

    async def _resume(self, ticket: Ticket) -> None:
        dock = await self._procedure_dock(ticket)
        dock.resume(ticket)
        dock.take_focus()

    async def _choose_procedure(self, ticket: Ticket) -> None:
        """Let the agent choose; what the ticket's tags and words speak for comes first."""
        choices = await self.in_thread(self._offered, ticket)
        if not choices:
            self.say(_("There is no procedure yet; leads write them under g s."), "warning")
            return
        picked = await self._pick(_("Procedure for {ref}").format(ref=ticket.ref), choices)
        if picked is None or not picked.values:
            return
        dock = await self._procedure_dock(ticket)
        dock.begin(ticket, picked.values[0])
        dock.take_focus()

    def _offered(self, ticket: Ticket) -> list[Choice[Procedure]]:
        from desk.procedures import script_in, scripts_of, suggested

        thread = self.store.thread(ticket.id)
        lines = thread.window(max(0, thread.count() - LINES_READ), LINES_READ)
        said = "\n".join(line.message.body for line in lines)
        choices = []
        for procedure, fits in suggested(self.store.procedures(), ticket, said):
            script = script_in(scripts_of(procedure), language())
            assert script is not None
            choices.append(Choice(procedure, script.name, _("suggested") if fits else ""))
        return choices

    async def _procedure_dock(self, ticket: Ticket) -> "ProcedureDock":
        """The dock, in the side, with the ticket beside it."""
        self.show_ticket(ticket.id)
        dock = cast("ProcedureDock", await self.show_in_side("procedure"))
        self.pane = "side"
        return dock

    # What follows a run

    def on_run_moved(self) -> None:
        """Send the answer, and show it."""
        self.nudge()

    def on_run_left(self) -> None:
        """The customer takes the place again."""
        if self.side_shows() == "procedure":
            self.show_customer()
            self.reveal("middle")
            (self.conversation if self.shown_id else self.queue).focus()

    async def on_run_ended(self, event: "RunEnded") -> None:
        """Go on with what the procedure ends with."""
        ticket = self.store.ticket(event.ticket.id) or event.ticket
        if event.end.kind == "note":
            self.say(_("Done; questions and answers are in the ticket as a note."), "done")
        elif event.end.kind == "macro":
            await self._end_with_macro(ticket, event.end.value)
        else:
            self.hand_over(ticket, event.end.value, f"{event.answers}\n→ {event.why}".strip())

    async def _end_with_macro(self, ticket: Ticket, shortcut: str) -> None:
        """Open the composer with the macro pointed at; its preview comes first."""
        self.open_ticket(ticket.id)
        self.reveal("middle")
        if not any(macro.shortcut == shortcut and not macro.archived for macro in self.store.macros()):
            self.say(
                _("Macro {name} is not there; choose another, or ask a lead.").format(name=f"::{shortcut}"), "warning"
            )
        dock = self.composer_dock()
        dock.macro(ticket, ticket.last_n, shortcut)
        await dock.opened()

    def hand_over(self, ticket: Ticket, tier: str, tried: str) -> None:
        """Open the hand-over sheet; a part that escalates does."""

    def run_words(self, ticket: Ticket) -> str:
        """The procedure under way in a ticket, and how far it is; empty: none."""
        run = ticket.run
        if run is None:
            return ""
        from desk.procedures import script_in, scripts_of, steps_left

        procedure = self.store.procedure(ProcedureId(run.procedure_id))
        script = script_in(scripts_of(procedure), run.lang) if procedure is not None else None
        number = len(run.answers) + 1
        total = len(run.answers) + (steps_left(script, run.step) if script is not None else 1)
        return _("procedure: {name} {n}/{total}").format(name=run.name, n=number, total=total)

    # The places

    def open_procedures(self) -> None:
        """Show the procedures."""
        from console.screens.procedures import ProceduresScreen  # a list and text areas: 20 ms, when first opened

        self.app.push_screen(ProceduresScreen(self.workplace), lambda _answer: self.nudge())

    def open_macros(self) -> None:
        """Show the macros, with the ticket under the cursor to try them on."""
        from console.screens.macros import MacrosScreen  # a list and text areas: 20 ms, when first opened

        self.app.push_screen(MacrosScreen(self.workplace, self.target()), lambda _answer: self.nudge())
