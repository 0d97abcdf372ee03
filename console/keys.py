"""The only table of keys. Bindings, the hints in the last line, the palette, key help and docs/keys.md derive from it.

A key's ``id`` is what a keymap file names; ``action`` is the Textual action of the screen or widget that has the
``context``. Printable keys never act while text has focus, because the widget with the text consumes them first.
Called by screens and widgets (``BINDINGS = bindings("queue")``), by the palette, by key help and by the docs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from textual.binding import Binding, BindingType

from console.i18n import gettext as _
from console.i18n import mark

Context: TypeAlias = Literal[
    "everywhere", "desk", "list", "queue", "conversation", "composer", "knowledge", "customer", "picker", "search",
    "outbox", "login", "form", "help", "board", "bulk", "balance", "incidents", "articles", "procedures", "run",
    "macros", "history", "review", "reviewed",
]  # fmt: skip
Needs: TypeAlias = Literal["", "ticket", "writable", "unread", "link", "undo"]

GROUPS: Mapping[str, str] = {
    "move": mark("Moving"),
    "read": mark("Reading"),
    "write": mark("Writing"),
    "act": mark("Acting on the ticket"),
    "find": mark("Finding"),
    "go": mark("Going"),
    "app": mark("Console"),
}
"""Groups in the order of help and docs, with their headings."""

CONTEXTS: Mapping[Context, str] = {
    "everywhere": mark("Everywhere"),
    "desk": mark("Desk"),
    "list": mark("In every list"),
    "queue": mark("Queue"),
    "conversation": mark("Conversation"),
    "composer": mark("Composer"),
    "knowledge": mark("Knowledge"),
    "customer": mark("Customer"),
    "picker": mark("Choosing"),
    "search": mark("Search"),
    "outbox": mark("Outbox"),
    "login": mark("Sign-in"),
    "form": mark("Forms"),
    "board": mark("Board"),
    "bulk": mark("Acting on many tickets"),
    "balance": mark("Balance"),
    "incidents": mark("Incidents"),
    "articles": mark("Articles"),
    "procedures": mark("Procedures"),
    "run": mark("A procedure in a ticket"),
    "macros": mark("Macros"),
    "history": mark("History"),
    "review": mark("Approving a reply"),
    "reviewed": mark("A reply for approval"),
    "help": mark("Help"),
}
"""Contexts in the order of help and docs, with their headings."""

WHY_DISABLED: Mapping[str, str] = {
    "ticket": mark("No ticket is chosen: move to one in the queue first."),
    "writable": mark("This replica is read-only: the file is from a newer version, or cannot be written."),
    "unread": mark("Nothing here is unread."),
    "link": mark("This conversation has no link to open."),
    "undo": mark("There is nothing to undo."),
}
"""What a key says when it cannot act, by what it needs."""


@dataclass(frozen=True, slots=True)
class Key:
    """One thing a key does. ``hint`` is the short word in the last line (empty: not shown there); ``keys`` are
    Textual key names with commas between; ``needs`` names the sentence in :data:`WHY_DISABLED`."""

    id: str
    keys: str
    label: str
    group: str
    context: Context
    action: str
    hint: str = ""
    needs: Needs = ""
    priority: bool = False

    @property
    def names(self) -> Sequence[str]:
        """The Textual names of its keys, or of those a person chose instead."""
        return _own_keys.get(self.id, self.keys).split(",")

    @property
    def shown_keys(self) -> str:
        """The keys as people write them, such as ``j ↓``."""
        return " ".join(map(_shown, self.names))

    def why_disabled(self) -> str:
        """The sentence for a person whose key could not act."""
        return _(WHY_DISABLED[self.needs]) if self.needs else ""


_own_keys: dict[str, str] = {}
"""The keys a person chose instead of the table's, by id."""


KEYS: tuple[Key, ...] = (
    # Everywhere
    Key("palette", "ctrl+k,ctrl+p", mark("All actions"), "app", "everywhere", "app.palette", priority=True),
    Key("help", "f1", mark("Help"), "app", "everywhere", "app.help", priority=True),
    Key("keys", "?", mark("Keys for this place"), "app", "everywhere", "app.keys", hint=mark("keys")),
    Key("quit", "ctrl+q", mark("Quit; drafts and unsent replies are kept"), "app", "everywhere", "app.quit"),
    Key("sign_in", "f2", mark("Sign in"), "app", "everywhere", "app.sign_in"),
    Key("theme", "f9", mark("Light or dark"), "app", "everywhere", "app.toggle_theme"),
    # In every list
    Key("list.down", "j,down", mark("Next line"), "move", "list", "move(1)", hint=mark("move")),
    Key("list.up", "k,up", mark("Previous line"), "move", "list", "move(-1)"),
    Key("list.first", "home", mark("First line"), "move", "list", "first"),
    Key("list.last", "G,end", mark("Last line"), "move", "list", "last"),
    Key("list.page_down", "ctrl+f,pagedown,space", mark("Next page"), "move", "list", "page(1)"),
    Key("list.page_up", "ctrl+b,pageup", mark("Previous page"), "move", "list", "page(-1)"),
    # Queue and conversation
    Key("queue.open", "enter", mark("Open the ticket"), "read", "queue", "open", hint=mark("view"), needs="ticket"),
    Key("queue.density", "D", mark("One or two lines a ticket"), "read", "queue", "density"),
    Key("conversation.fold", "enter", mark("Fold or unfold quoted text"), "read", "conversation", "fold"),
    # Desk
    Key("desk.back", "escape", mark("Back"), "go", "desk", "back"),
    Key("desk.reply", "r", mark("Reply to the customer"), "write", "desk", "reply", hint=mark("reply"), needs="ticket"),
    Key("desk.note", "n", mark("Internal note"), "write", "desk", "note", hint=mark("note"), needs="ticket"),
    Key("desk.macro", "m", mark("Macro, with a preview first"), "write", "desk", "macro", needs="ticket"),
    Key("desk.take", "i", mark("Assign to me"), "act", "desk", "take", hint=mark("take"), needs="ticket"),
    Key("desk.assign", "a", mark("Assign to…"), "act", "desk", "assign", needs="ticket"),
    Key("desk.team", "T", mark("Move to another team…"), "act", "desk", "team", needs="ticket"),
    Key("desk.solve", "e", mark("Solve"), "act", "desk", "solve", hint=mark("solve"), needs="ticket"),
    Key("desk.solve_next", "E", mark("Solve and open the next"), "act", "desk", "solve_next", needs="ticket"),
    Key("desk.status", "s", mark("Status…"), "act", "desk", "status", needs="ticket"),
    Key("desk.snooze", "z", mark("Snooze…"), "act", "desk", "snooze", needs="ticket"),
    Key("desk.tags", "t", mark("Tags…"), "act", "desk", "tags", needs="ticket"),
    Key("desk.severity", "!", mark("Severity…"), "act", "desk", "severity", needs="ticket"),
    Key("desk.follow", "f", mark("Follow, or stop following"), "act", "desk", "follow", needs="ticket"),
    Key("desk.escalate", "X", mark("Escalate, with a hand-over sheet"), "act", "desk", "escalate", needs="ticket"),
    Key("desk.accept", "A", mark("Accept what was escalated"), "act", "desk", "accept", needs="ticket"),
    Key("desk.give_back", "B", mark("Give an escalated ticket back"), "act", "desk", "give_back", needs="ticket"),
    Key("desk.follow_up", "F", mark("Have it come back on a date…"), "act", "desk", "follow_up", needs="ticket"),
    Key("desk.review", "R", mark("Approve, edit or return the reply that waits"), "act", "desk", "review",
    needs="ticket"),
    Key("desk.procedure", "b", mark("Run a procedure"), "act", "desk", "procedure", needs="ticket"),
    Key("desk.incident", "I", mark("Put into an incident…"), "act", "desk", "incident", needs="ticket"),
    Key("desk.merge", "M", mark("Merge, or take a merge back…"), "act", "desk", "merge", needs="ticket"),
    Key("desk.duplicate", "equals_sign", mark("It is the duplicate that is suggested, or is not"), "act", "desk",
    "duplicate", needs="ticket"),
    Key("desk.link", "L", mark("Link to another ticket…"), "act", "desk", "link_ticket", needs="ticket"),
    Key("desk.split", "S", mark("Split messages off into a new ticket…"), "act", "desk", "split", needs="ticket"),
    Key("desk.select", "x", mark("Select, or no longer"), "act", "desk", "select", needs="ticket"),
    Key("desk.select_range", "V", mark("Select from the last one selected to here"), "act", "desk", "select_range",
    needs="ticket"),
    Key("desk.select_all", "asterisk", mark("Select all in the view"), "act", "desk", "select_all"),
    Key("desk.bulk", "colon", mark("Act on all that is selected…"), "act", "desk", "bulk"),
    Key("desk.history", "H", mark("Who changed what"), "read", "desk", "history", needs="ticket"),
    Key("desk.write_article", "W", mark("Draft an article from the ticket"), "write", "desk", "write_article",
    needs="ticket"),
    Key("desk.absence", "Z", mark("Away until…, or back"), "act", "desk", "absence"),
    Key("desk.undo", "u", mark("Undo the last send or action"), "act", "desk", "undo", hint=mark("undo"), needs="undo"),
    Key("desk.why", "w", mark("Why is this first"), "read", "desk", "why", needs="ticket"),
    Key("desk.copy_id", "y", mark("Copy the ticket's number"), "read", "desk", "copy_id", needs="ticket"),
    Key("desk.copy_link", "Y", mark("Copy the ticket's link"), "read", "desk", "copy_link", needs="ticket"),
    Key("desk.open_link", "o", mark("Open a link, after showing its true host"), "read", "desk", "link", needs="link"),
    Key("desk.save_file", "ctrl+s", mark("Save an attachment…"), "read", "desk", "save_file", needs="ticket"),
    Key("desk.next_unread", "]", mark("Next unread"), "move", "desk", "unread(1)", needs="unread"),
    Key("desk.previous_unread", "[", mark("Previous unread"), "move", "desk", "unread(-1)", needs="unread"),
    Key("desk.search", "/", mark("Search tickets"), "find", "desk", "search", hint=mark("search")),
    Key("desk.knowledge", "K", mark("Knowledge"), "find", "desk", "knowledge", hint=mark("knowledge")),
    Key("desk.customer", "C", mark("Show or hide the customer"), "read", "desk", "customer"),
    Key("desk.pane", "tab", mark("Next pane"), "move", "desk", "pane(1)"),
    Key("desk.pane_back", "shift+tab", mark("Previous pane"), "move", "desk", "pane(-1)"),
    *(
        Key(f"desk.view_{n}", str(n), mark("View {n}"), "find", "desk", f"view({n})")
        for n in range(1, 10)
    ),
    Key("desk.views", "v", mark("All views and saved filters…"), "find", "desk", "views"),
    # Two keys: g, then
    Key("desk.go", "g", mark("First line, or with a second key: go to…"), "go", "desk", "prefix"),
    Key("go.first", "g g", mark("First line"), "move", "desk", "go('first')", hint=mark("first line")),
    Key("go.queue", "g q", mark("Queue"), "go", "desk", "go('queue')", hint=mark("queue")),
    Key("go.knowledge", "g k", mark("Knowledge"), "go", "desk", "go('knowledge')", hint=mark("knowledge")),
    Key("go.outbox", "g o", mark("Outbox"), "go", "desk", "go('outbox')", hint=mark("outbox")),
    Key("go.new_ticket", "g n", mark("New ticket for a customer"), "go", "desk", "go('new_ticket')",
    hint=mark("new ticket")),
    Key("go.board", "g b", mark("Board"), "go", "desk", "go('board')", hint=mark("board")),
    Key("go.escalations", "g e", mark("Escalations"), "go", "desk", "go('escalations')", hint=mark("escalations")),
    Key("go.review", "g r", mark("Replies that wait for approval"), "go", "desk", "go('review')",
    hint=mark("review")),
    Key("go.follow_ups", "g f", mark("Follow-ups that are due"), "go", "desk", "go('follow_ups')",
    hint=mark("follow-ups")),
    Key("go.incidents", "g x", mark("Incidents"), "go", "desk", "go('incidents')", hint=mark("incidents")),
    Key("go.balance", "g l", mark("Balance the load"), "go", "desk", "go('balance')", hint=mark("balance")),
    Key("go.articles", "g a", mark("Articles, reviews and gaps"), "go", "desk", "go('articles')",
    hint=mark("articles")),
    Key("go.procedures", "g s", mark("Procedures"), "go", "desk", "go('procedures')", hint=mark("procedures")),
    Key("go.macros", "g m", mark("Macros"), "go", "desk", "go('macros')", hint=mark("macros")),
    Key("go.history", "g h", mark("Audit: who changed what"), "go", "desk", "go('history')", hint=mark("audit")),
    Key("go.bulk", "g u", mark("What is being done to many tickets"), "go", "desk", "go('bulk')", hint=mark("bulk")),
    Key("go.customer", "g c", mark("Customer"), "go", "desk", "go('customer')", hint=mark("customer")),
    # Composer
    Key("composer.send", "ctrl+d", mark("Send"), "write", "composer", "send", hint=mark("send"), priority=True),
    Key("composer.editor", "ctrl+o", mark("Write in $EDITOR"), "write", "composer", "editor", hint=mark("$EDITOR")),
    Key("composer.attach", "ctrl+t", mark("Attach a file"), "write", "composer", "attach", hint=mark("attach")),
    Key("composer.detach", "ctrl+r", mark("Remove the last file"), "write", "composer", "detach"),
    Key("composer.leave", "escape", mark("Leave; the draft is kept"), "write", "composer", "leave", hint=mark("leave")),
    Key("composer.ask", "ctrl+g", mark("Ask for approval before it goes out"), "write", "composer", "ask",
    hint=mark("ask for approval")),
    # Knowledge
    Key("knowledge.insert", "i", mark("Insert the short answer"), "write", "knowledge", "insert", hint=mark("insert")),
    Key("knowledge.copy", "y", mark("Copy the article's link"), "read", "knowledge", "copy_link", hint=mark("link")),
    Key("knowledge.preview", "enter", mark("Preview"), "read", "knowledge", "preview", hint=mark("preview")),
    Key("knowledge.helped", "plus", mark("This helped"), "act", "knowledge", "vote(True)", hint=mark("helped")),
    Key("knowledge.not_helped", "minus", mark("This did not help"), "act", "knowledge", "vote(False)"),
    Key("knowledge.query", "/", mark("Type another query"), "find", "knowledge", "query", hint=mark("search")),
    Key("knowledge.edit", "e", mark("Edit the article"), "write", "knowledge", "edit_article"),
    Key("knowledge.write", "a", mark("Write an article"), "write", "knowledge", "write_article"),
    Key("knowledge.close", "escape", mark("Close"), "go", "knowledge", "close", hint=mark("close")),
    # Customer
    Key("customer.open", "enter", mark("Open the earlier ticket"), "read", "customer", "open", hint=mark("view")),
    Key("customer.copy", "y", mark("Copy what the line holds"), "read", "customer", "copy", hint=mark("copy")),
    Key("customer.new_ticket", "o", mark("New ticket for this customer"), "write", "customer", "new_ticket"),
    Key("customer.note", "N", mark("Note about the customer"), "write", "customer", "note", hint=mark("note")),
    Key("customer.verify", "v", mark("Verified, and how…"), "act", "customer", "ask('verify')", hint=mark("verify")),
    Key("customer.tier", "t", mark("Tier of the customer…"), "act", "customer", "ask('tier')"),
    Key("customer.language", "l", mark("Language of the customer…"), "act", "customer", "ask('language')"),
    Key("customer.contact", "d", mark("Do not contact, or again"), "act", "customer", "ask('contact')"),
    Key("customer.merge", "m", mark("Same person as…, or take that back"), "act", "customer", "ask('merge')",
    hint=mark("merge")),
    Key("customer.search", "/", mark("Search this customer's tickets"), "find", "customer", "ask('search')",
    hint=mark("search")),
    # Outbox
    Key("outbox.open", "enter", mark("Open the ticket"), "read", "outbox", "open", hint=mark("view")),
    Key("outbox.on_top", "s", mark("Send on top of what came between"), "write", "outbox", "resolve('on_top')",
    hint=mark("send on top")),
    Key("outbox.edit", "e", mark("Edit; the text becomes a draft again"), "write", "outbox", "resolve('edit')",
    hint=mark("edit")),
    Key("outbox.note", "n", mark("Keep as an internal note"), "write", "outbox", "resolve('note')",
    hint=mark("keep as note")),
    Key("outbox.discard", "d", mark("Discard; it stays in the trash for 30 days"), "write", "outbox",
    "resolve('discard')", hint=mark("discard")),
    Key("outbox.undo", "u", mark("Take back what is not on its way yet"), "write", "outbox", "undo",
    hint=mark("undo")),
    Key("outbox.trash", "t", mark("Trash, or the outbox again"), "go", "outbox", "trash", hint=mark("trash")),
    Key("outbox.close", "escape", mark("Back"), "go", "outbox", "close", hint=mark("back")),
    # Sign-in and forms
    Key("login.sign_in", "ctrl+d", mark("Sign in"), "app", "login", "sign_in", hint=mark("sign in"), priority=True),
    Key("login.leave", "escape", mark("Work offline with what is here"), "app", "login", "leave",
    hint=mark("work offline")),
    Key("form.submit", "ctrl+d", mark("Save or send"), "write", "form", "submit", hint=mark("save"), priority=True),
    Key("form.publish", "ctrl+s", mark("Save and publish"), "write", "form", "publish", priority=True),
    Key("form.leave", "escape", mark("Leave; what was typed is kept"), "go", "form", "leave", hint=mark("leave")),
    # Choosing from a list, and searching
    Key("picker.choose", "enter", mark("Choose"), "act", "picker", "choose", hint=mark("choose"), priority=True),
    Key("picker.cancel", "escape", mark("Cancel"), "go", "picker", "cancel", hint=mark("cancel"), priority=True),
    Key("picker.mark", "tab", mark("Mark or unmark"), "act", "picker", "mark", priority=True),
    Key("search.open", "enter", mark("Open the ticket"), "read", "search", "open", hint=mark("view"), priority=True),
    Key("search.close", "escape", mark("Close"), "go", "search", "close", hint=mark("close"), priority=True),
    Key("search.save", "ctrl+s", mark("Save as a view"), "find", "search", "save", hint=mark("save view"),
    priority=True),
    Key("search.select", "tab", mark("Select, or no longer"), "act", "search", "select", priority=True),
    Key("search.select_all", "ctrl+a", mark("Select all that fit"), "act", "search", "select_all", priority=True),
    Key("search.act", "ctrl+d", mark("Act on all that is selected…"), "act", "search", "act", hint=mark("act"),
    priority=True),
    # Board
    Key("board.open", "enter", mark("Their queue, the pile's tickets, or the team's people"), "go", "board", "open",
    hint=mark("open")),
    Key("board.pane", "tab", mark("People, piles, teams"), "move", "board", "pane(1)", hint=mark("piles")),
    Key("board.pane_back", "shift+tab", mark("Teams, piles, people"), "move", "board", "pane(-1)"),
    Key("board.sort_next", ">", mark("Sort by the next column"), "find", "board", "sort(1)", hint=mark("sort")),
    Key("board.sort_previous", "<", mark("Sort by the previous column"), "find", "board", "sort(-1)"),
    Key("board.team", "t", mark("Show one team…"), "find", "board", "team", hint=mark("team")),
    Key("board.away", "a", mark("Set away until…, or back"), "act", "board", "away", hint=mark("away")),
    Key("board.balance", "b", mark("Give their tickets to others"), "act", "board", "balance", hint=mark("give away")),
    Key("board.capacity", "c", mark("Capacity…"), "act", "board", "capacity", hint=mark("capacity")),
    Key("board.skills", "s", mark("Skills, languages and shift…"), "act", "board", "skills", hint=mark("skills")),
    Key("board.review", "n", mark("Their replies are approved first, or no longer"), "act", "board", "review",
    hint=mark("review")),
    Key("board.routing", "e", mark("A team's automatic routing on or off"), "act", "board", "routing",
    hint=mark("routing")),
    Key("board.picked", "p", mark("What they picked over more urgent tickets"), "read", "board", "picked",
    hint=mark("picked")),
    Key("board.find", "/", mark("Find somebody"), "find", "board", "find", hint=mark("find")),
    Key("board.turn", "r", mark("The other way round"), "find", "board", "turn", hint=mark("turn")),
    Key("board.columns_right", "l,right", mark("Columns further right"), "move", "board", "columns(1)"),
    Key("board.columns_left", "h,left", mark("Columns further left"), "move", "board", "columns(-1)"),
    Key("board.undo", "u", mark("Take back the last thing done here"), "act", "board", "undo", hint=mark("undo")),
    Key("board.close", "escape", mark("Back"), "go", "board", "close", hint=mark("back")),
    # Acting on many tickets
    Key("bulk.apply", "ctrl+d,enter", mark("Do it, as it is shown"), "act", "bulk", "apply", hint=mark("do it")),
    Key("bulk.filter", "f", mark("All, or only what changes, is refused or is done"), "find", "bulk", "filter",
    hint=mark("filter")),
    Key("bulk.drop", "x", mark("Leave the ticket out"), "act", "bulk", "drop", hint=mark("leave out")),
    Key("bulk.stop", "s", mark("Stop here, or go on"), "act", "bulk", "stop", hint=mark("stop")),
    Key("bulk.undo", "u", mark("Take all of it back"), "act", "bulk", "undo", hint=mark("take back")),
    Key("bulk.close", "escape", mark("Back; what was begun goes on"), "go", "bulk", "close", hint=mark("back")),
    # Balance
    Key("balance.apply", "ctrl+d", mark("Preview what is left of the plan, and do it"), "act", "balance", "apply",
    hint=mark("apply")),
    Key("balance.edit", "e", mark("Give it to somebody else…"), "act", "balance", "edit", hint=mark("edit")),
    Key("balance.drop", "x", mark("Leave it where it is"), "act", "balance", "drop", hint=mark("leave it")),
    Key("balance.undo", "u", mark("Take the last change of the plan back"), "act", "balance", "undo",
    hint=mark("undo")),
    Key("balance.close", "escape", mark("Stop planning, or back"), "go", "balance", "close", hint=mark("back")),
    Key("balance.why", "enter,right", mark("Why, and who else could take it"), "read", "balance", "why",
    hint=mark("why")),
    Key("balance.filter", "f", mark("Only what one person gives or gets…"), "find", "balance", "filter",
    hint=mark("filter")),
    Key("balance.pane", "tab", mark("Moves, or the people"), "move", "balance", "pane", hint=mark("people")),
    Key("balance.again", "r", mark("Plan anew"), "act", "balance", "again", hint=mark("plan anew")),
    # Incidents
    Key("incidents.open", "enter", mark("Its tickets, or open the ticket"), "read", "incidents", "open",
    hint=mark("view")),
    Key("incidents.pane", "tab", mark("From the incidents to the tickets, and back"), "move", "incidents", "pane"),
    Key("incidents.new", "a", mark("Open an incident"), "act", "incidents", "new", hint=mark("new")),
    Key("incidents.edit", "e", mark("Change title and rules"), "act", "incidents", "edit", hint=mark("edit")),
    Key("incidents.add", "plus", mark("Put in the tickets that answer its rules"), "act", "incidents", "add",
    hint=mark("add matching")),
    Key("incidents.tell", "u", mark("Write an update to all of its customers"), "write", "incidents", "tell",
    hint=mark("tell")),
    Key("incidents.finish", "c", mark("Close it, and solve its tickets"), "act", "incidents", "finish",
    hint=mark("close")),
    Key("incidents.reopen", "o", mark("Open it again"), "act", "incidents", "reopen"),
    Key("incidents.select", "x", mark("Select the ticket, or no longer"), "act", "incidents", "select"),
    Key("incidents.select_range", "V", mark("Select from the last one selected to here"), "act", "incidents",
    "select_range"),
    Key("incidents.select_all", "asterisk", mark("Select all of its tickets"), "act", "incidents", "select_all"),
    Key("incidents.bulk", "colon", mark("Act on the selected tickets…"), "act", "incidents", "bulk"),
    Key("incidents.take_out", "minus", mark("Take the ticket out of it"), "act", "incidents", "take_out"),
    Key("incidents.close", "escape", mark("Back"), "go", "incidents", "close", hint=mark("back")),
    # Articles
    Key("articles.read", "enter", mark("Read it"), "read", "articles", "read", hint=mark("read")),
    Key("articles.shelf", "tab,right", mark("Next shelf: drafts, to review, out of date, gaps…"), "move", "articles",
    "shelf(1)", hint=mark("shelf")),
    Key("articles.shelf_back", "shift+tab,left", mark("Previous shelf"), "move", "articles", "shelf(-1)"),
    Key("articles.edit", "e", mark("Edit, or revise what is published"), "write", "articles", "edit",
    hint=mark("edit")),
    Key("articles.submit", "s", mark("Send for review"), "act", "articles", "submit", hint=mark("to review")),
    Key("articles.publish", "p", mark("Publish the draft or the revision"), "act", "articles", "publish",
    hint=mark("publish")),
    Key("articles.give_back", "b", mark("Return to the author, with a remark"), "act", "articles", "give_back",
    hint=mark("return")),
    Key("articles.changes", "d", mark("What the revision changes"), "read", "articles", "changes", hint=mark("diff")),
    Key("articles.translate", "t", mark("Write the translation"), "write", "articles", "translate",
    hint=mark("translate")),
    Key("articles.write_gap", "g", mark("Write the article that is missing"), "write", "articles", "write_for_gap",
    hint=mark("write for gap")),
    Key("articles.close_gap", "c", mark("Close the gap: it needs no article"), "act", "articles", "close_gap"),
    Key("articles.retire", "R", mark("Retire, or bring back as a draft"), "act", "articles", "retire",
    hint=mark("retire")),
    Key("articles.new", "n", mark("Write an article"), "write", "articles", "new", hint=mark("new")),
    Key("articles.find", "/", mark("Move to a title"), "find", "articles", "find"),
    Key("articles.undo", "u", mark("Take back the last step"), "act", "articles", "undo"),
    Key("articles.close", "escape", mark("Back"), "go", "articles", "close", hint=mark("back")),
    # Procedures
    Key("procedures.close", "escape", mark("Back"), "go", "procedures", "close", hint=mark("back")),
    Key("procedures.open", "enter", mark("Change the procedure, or read it whole"), "read", "procedures", "open",
    hint=mark("open")),
    Key("procedures.more", "J", mark("Scroll the steps down"), "move", "procedures", "scroll_detail(1)"),
    Key("procedures.less", "K", mark("Scroll the steps up"), "move", "procedures", "scroll_detail(-1)"),
    Key("procedures.new", "a", mark("Write a procedure"), "write", "procedures", "new", hint=mark("new")),
    Key("procedures.archive", "d", mark("Offer it no longer, or again"), "act", "procedures", "archive",
    hint=mark("archive")),
    # A procedure in a ticket
    Key("run.answer", "enter", mark("Give the answer"), "act", "run", "answer", hint=mark("answer")),
    *(
        Key(f"run.answer_{n}", str(n), mark("Give answer {n}"), "act", "run", f"answer_number({n})")
        for n in range(1, 10)
    ),
    Key("run.yes", "y", mark("Yes, or done"), "act", "run", "answer_keys('yes','done')"),
    Key("run.no", "n", mark("No, or not done"), "act", "run", "answer_keys('no','not-done')"),
    Key("run.down", "j,down", mark("Next answer"), "move", "run", "point(1)"),
    Key("run.up", "k,up", mark("Previous answer"), "move", "run", "point(-1)"),
    Key("run.back", "ctrl+b,left,backspace", mark("One step back"), "move", "run", "look(-1)", hint=mark("step back")),
    Key("run.forward", "ctrl+n,right", mark("One step on again"), "move", "run", "look(1)"),
    Key("run.stop", "D", mark("Stop; what was answered is kept as a note"), "act", "run", "stop", hint=mark("stop")),
    Key("run.close", "escape", mark("Leave; the run is kept"), "go", "run", "close", hint=mark("leave")),
    # Macros
    Key("macros.close", "escape", mark("Back"), "go", "macros", "close", hint=mark("back")),
    Key("macros.open", "enter", mark("Change the macro"), "write", "macros", "open", hint=mark("edit")),
    Key("macros.more", "J", mark("Scroll its text down"), "move", "macros", "scroll_detail(1)"),
    Key("macros.less", "K", mark("Scroll its text up"), "move", "macros", "scroll_detail(-1)"),
    Key("macros.new", "a", mark("Write a macro"), "write", "macros", "new", hint=mark("new")),
    Key("macros.copy", "c", mark("Write one of one's own from it"), "write", "macros", "copy", hint=mark("copy")),
    Key("macros.archive", "d", mark("Offer it no longer, or again"), "act", "macros", "archive",
    hint=mark("archive")),
    # History
    Key("history.open", "enter", mark("Open the ticket"), "read", "history", "open", hint=mark("view")),
    Key("history.query", "/", mark("Type what to look for"), "find", "history", "query", hint=mark("search")),
    Key("history.person", "p", mark("Only what one person did"), "find", "history", "person", hint=mark("person")),
    Key("history.kind", "c", mark("Only one kind of change"), "find", "history", "kind", hint=mark("kind")),
    Key("history.close", "escape", mark("Back"), "go", "history", "close", hint=mark("back")),
    # Approving a reply, and reading what became of one's own
    Key("review.approve", "ctrl+d", mark("Approve it as it stands here; it goes out"), "write", "review", "submit",
    hint=mark("approve"), priority=True),
    Key("review.give_back", "ctrl+r", mark("Return it to its author with the remark"), "write", "review", "give_back",
    hint=mark("return with the remark"), priority=True),
    Key("review.leave", "escape", mark("Leave; what was typed is kept"), "go", "review", "leave", hint=mark("leave")),
    Key("reviewed.edit", "e", mark("Take the text into a new reply"), "write", "reviewed", "edit", hint=mark("edit")),
    Key("reviewed.withdraw", "x", mark("Withdraw it; the text becomes a draft again"), "write", "reviewed", "withdraw",
    hint=mark("withdraw")),
    Key("reviewed.down", "j,down", mark("Scroll down"), "move", "reviewed", "scroll(1)"),
    Key("reviewed.up", "k,up", mark("Scroll up"), "move", "reviewed", "scroll(-1)"),
    Key("reviewed.close", "escape,enter,q", mark("Close"), "go", "reviewed", "close", hint=mark("close")),
    # Windows that are only read
    Key("help.close", "escape,enter,w,q", mark("Close"), "go", "help", "close", hint=mark("close")),
    Key("help.down", "j,down", mark("Scroll down"), "move", "help", "scroll(1)"),
    Key("help.up", "k,up", mark("Scroll up"), "move", "help", "scroll(-1)"),
)  # fmt: skip


@cache
def table() -> Mapping[str, Key]:
    """Every key by its id."""
    return {key.id: key for key in KEYS}


def in_context(*contexts: Context) -> list[Key]:
    """The keys of the contexts, in the table's order."""
    return [key for key in KEYS if key.context in contexts]


def bindings(*contexts: Context) -> list[BindingType]:
    """Textual bindings of the contexts. Two-key sequences are left to :mod:`console.screens.desk_prefix`."""
    return [
        Binding(key.keys, key.action, key.label, show=bool(key.hint), id=key.id, priority=key.priority)
        for key in in_context(*contexts)
        if not is_sequence(key)
    ]


def use_own_keys(wanted: Mapping[str, str | Sequence[str]]) -> tuple[Mapping[str, str], list[str]]:
    """Take a person's keys, by id (or its last part): the keymap for Textual, and the names that mean no key here."""
    _own_keys.clear()
    unknown = []
    for name, keys in wanted.items():
        ids = [key.id for key in KEYS if name in (key.id, key.id.partition(".")[2]) and not is_sequence(key)]
        if len(ids) == 1:
            _own_keys[ids[0]] = keys if isinstance(keys, str) else ",".join(keys)
        else:
            unknown.append(name)
    return dict(_own_keys), unknown


def contexts_of(nodes: Iterable[object]) -> tuple[Context, ...]:
    """The contexts whose keys act at the innermost of ``nodes`` that names any (``KEY_CONTEXTS``); else the desk's."""
    for node in nodes:
        contexts: tuple[Context, ...] = getattr(node, "KEY_CONTEXTS", ())
        if contexts:
            return contexts
    return ("desk",)


def sequences() -> Mapping[str, Key]:
    """The keys that need ``g`` first, by the second key."""
    return {key.keys.split(" ")[1]: key for key in KEYS if is_sequence(key)}


def is_sequence(key: Key) -> bool:
    """Whether the key is two keys, one after the other."""
    return " " in key.keys


FULL_WIDTH: Mapping[str, str] = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)} | {
    "、": "/", "？": "?", "！": "!", "：": ":", "【": "[", "】": "]", "「": "[", "」": "]", "￥": "$", "\u3000": " ",
}  # fmt: skip
"""What a Chinese input method types instead of a key, and the key that was meant."""


def clashes(keys: Iterable[Key] = KEYS) -> list[tuple[str, str, str]]:
    """Pairs of ids that want one key in one context, as (key, id, id)."""
    seen: dict[tuple[str, str], str] = {}
    found = []
    for key in keys:
        for name in key.keys.split(","):
            place = (key.context, name)
            if place in seen:
                found.append((name, seen[place], key.id))
            seen[place] = key.id
    return found


_SHOWN: Mapping[str, str] = {
    "up": "↑", "down": "↓", "escape": "Esc", "enter": "Enter", "tab": "Tab", "space": "Space", "home": "Home",
    "end": "End", "pageup": "PgUp", "pagedown": "PgDn", "plus": "+", "minus": "-", "f1": "F1", "f2": "F2", "f9": "F9",
    "shift+tab": "Shift+Tab", "left": "←", "right": "→", "backspace": "Backspace", "colon": ":",
    "asterisk": "*", "equals_sign": "=",
}  # fmt: skip


def _shown(key: str) -> str:
    """One key name as people write it."""
    return _SHOWN.get(key, key)
