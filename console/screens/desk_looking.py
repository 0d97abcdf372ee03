"""Looking closer at the ticket: why it is first, opening a link after showing its host, copying, searching."""

from console.i18n import gettext as _
from console.keys import table
from console.screens.choices import Choice
from console.screens.desk_actions import TicketActing
from console.widgets.chips import Piece, chips, ends
from desk.records import MessageKind
from desk.text import clean_text


class Looking(TicketActing):
    """The part that only looks."""

    def action_why(self) -> None:
        """Show the sum that puts the ticket where it is."""
        if (ticket := self.target_or_why("desk.why")) is not None:
            from console.screens.why_first import WhyFirst

            self.app.push_screen(WhyFirst(ticket, self.workplace.clock()))

    def action_copy_id(self) -> None:
        """Copy the ticket's number."""
        if (ticket := self.target_or_why("desk.copy_id")) is not None:
            self.copy(ticket.ref)

    def action_copy_link(self) -> None:
        """Copy the ticket's link."""
        if (ticket := self.target_or_why("desk.copy_link")) is not None:
            server = (self.store.meta("server_url") or "").rstrip("/")
            self.copy(f"{server}/v1/tickets/{ticket.id}" if server else f"console show {ticket.ref}")

    def copy(self, text: str) -> None:
        """Put text into the clipboard, because a key asked for it."""
        self.app.copy_to_clipboard(text)
        self.say(_("Copied {text}").format(text=ends(text, 24)), "done")

    def action_link(self) -> None:
        """Choose a link, address or transaction of the conversation: links are opened, the others copied."""
        found = self._found()
        if not found:
            self.say(table()["desk.open_link"].why_disabled())
            return
        self.attempt(self._choose_chip(found))

    async def _choose_chip(self, found: list[Piece]) -> None:
        from console.screens.link_check import LinkCheck, true_host

        choices = [
            Choice(piece, true_host(piece.value).host if piece.kind == "link" else ends(piece.value, 10), _what(piece))
            for piece in found
        ]
        picked = await self._pick(_("Open a link, or copy an id"), choices) if len(choices) > 1 else None
        piece = picked.values[0] if picked and picked.values else found[0] if len(found) == 1 else None
        if piece is None:
            return
        if piece.kind != "link":
            self._copy_checked(piece.value)
        elif await self.app.push_screen_wait(LinkCheck(piece.value, self.store.policy().company_domains)):
            self.app.open_url(piece.value)
            self.say(_("Opened {host} in your browser.").format(host=true_host(piece.value).host), "done")

    def _copy_checked(self, value: str) -> None:
        """Copy an address or transaction id; an address that was mistyped is copied as it stands, and said to be."""
        from desk.crypto.finding import is_mistyped

        self.copy(value)
        if is_mistyped(value):
            self.say(_("Copied, but its checksum is wrong: this address was mistyped or cut off."))

    def _found(self) -> list[Piece]:
        """What can be opened or copied in the messages in view, memos too, each once, the newest first."""
        from desk.crypto.finding import find  # its patterns take 10 ms, for somebody who asks

        found: dict[str, Piece] = {}
        for line in reversed(self.conversation.lines_in_view()):
            if line.message.kind is not MessageKind.EVENT:
                text = clean_text(line.message.body, limit=100_000)
                memos = [Piece("memo", one.value, one.value) for one in find(text) if one.kind == "memo"]
                for piece in (*chips(text), *memos):
                    found.setdefault(piece.value, piece)
        return list(found.values())

    # Finding

    def action_search(self) -> None:
        """Search tickets, over the desk."""
        from console.screens.ticket_search import TicketSearch

        self.app.push_screen(TicketSearch(self.workplace), self._search_ended)

    def _search_ended(self, outcome: object) -> None:
        from console.screens.ticket_search import Found

        if isinstance(outcome, Found):
            if outcome.saved_view:
                self.show_saved(outcome.saved_view)
            elif outcome.ticket_id:
                self.open_ticket(outcome.ticket_id)
                self.reveal("middle")

    def action_views(self) -> None:
        """Choose among all views, built in and saved."""
        self.attempt(self._choose_view())

    async def _choose_view(self) -> None:
        choices = [Choice(name, self.view_label(name)) for name in self.view_names()]
        picked = await self._pick(_("Show view"), choices)
        if picked and picked.values:
            self.show_view(picked.values[0])


def _what(piece: Piece) -> str:
    """What it is; of an address also the network, if it tells, or that it was mistyped."""
    if piece.kind != "address":
        return piece.kind
    from desk.crypto.addresses import networks_of_address
    from desk.crypto.networks import NETWORKS

    networks = networks_of_address(piece.value)
    if not networks:
        return f"{piece.kind} · {_('its checksum is wrong')}"
    return f"{piece.kind} · {NETWORKS[networks[0]]}" if len(networks) == 1 else piece.kind
