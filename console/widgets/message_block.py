"""How one message looks: a header, its text with chips, what is attached. Pure painting: a line in, strips out.

Shapes, not only colours, tell who speaks. The gutter left of the text is ours; a customer's text cannot reach it::

    │ 王磊 · 09:12                        a customer
    ┃ Mei · 09:40 · sent                  the desk, to the customer
    ? FOR APPROVAL Mei · 09:40            the same, and nothing of it has gone out
    ╎ Guide · 09:12                       the bot
    ▒ NOTE Li · 10:02                     inside the desk only
    ·── Li assigned it to Mei · 10:03     the system
    ┊ │ 王磊 · T-103 · 09:12              any of them, in a ticket that was merged in
"""

from dataclasses import dataclass

from rich.style import Style
from textual.strip import Strip

from console.i18n import gettext as _
from console.i18n import ngettext
from console.widgets.chips import pieces
from console.widgets.inks import Inks
from console.widgets.line import Line
from console.widgets.quoting import split_quote
from console.widgets.wrapping import Run, wrap
from desk.records import Attachment, Author, Message, MessageKind
from desk.text import clean_name, clean_text

TEXT_AT = 3
WIDEST_TEXT = 100
"""Longer lines are hard to read, however wide the pane is."""
FIRST_CHARACTERS = 12_000
"""Of a longer message this much is shown; each unfolding shows ten times as much."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a painted message depends on besides itself: its wording here, and whether it is unfolded.

    ``sentence`` is an event in words, ``state`` the delivery of one's own message (with ``refused`` for trouble),
    ``divider`` a line above it such as a date or "3 new". ``merged_from`` is the reference of the merged
    ticket that the message is of; ``in_review``: it waits for approval.
    """

    when: str = ""
    state: str = ""
    refused: bool = False
    sentence: str = ""
    divider: str = ""
    unfolded: int = 0
    merged_from: str = ""
    in_review: bool = False


def paint_message(message: Message, look: Look, cells: int, inks: Inks) -> list[Strip]:
    """The message as strips of ``cells`` cells, the divider above and an empty line below included."""
    if look.merged_from:
        rule = Line(2).add(" ┊", inks.key).strip(inks.text)
        return [Strip.join([rule, strip]) for strip in _lines(message, look, cells - 2, inks)]
    return _lines(message, look, cells, inks)


def _lines(message: Message, look: Look, cells: int, inks: Inks) -> list[Strip]:
    lines = [_divider(look.divider, cells, inks)] if look.divider else []
    if message.hidden:
        lines.append(_event(_("A message you may not see"), look, cells, inks))
    elif message.kind is MessageKind.EVENT:
        lines.append(_event(look.sentence, look, cells, inks))
    else:
        lines.extend(_said(message, look, cells, inks))
    lines.append(Line(cells).strip(inks.text))
    return lines


def _divider(text: str, cells: int, inks: Inks) -> Strip:
    line = Line(cells).add(" ── ", inks.faint).add(text, inks.key).add(" ", inks.text)
    return line.add("─" * max(0, cells - line.cells - 2), inks.faint).strip(inks.text)


def _event(sentence: str, look: Look, cells: int, inks: Inks) -> Strip:
    return Line(cells).add(" ·── ", inks.faint).add(f"{sentence} · {look.when}", inks.dim).strip(inks.text)


@dataclass(frozen=True, slots=True)
class _Voice:
    """Who speaks: the gutter's character, the label before the name, their colour and ground."""

    gutter: str
    label: str
    ink: Style
    ground: Style | None = None


def _voice(message: Message, inks: Inks, *, in_review: bool) -> _Voice:
    if in_review:
        return _Voice("?", _("FOR APPROVAL") + " ", inks.breaching, inks.note_ground)
    if message.kind is MessageKind.NOTE:
        return _Voice("▒", _("NOTE") + " ", inks.note, inks.note_ground)
    match message.author:
        case Author.CUSTOMER:
            return _Voice("│", "", inks.customer)
        case Author.AGENT:
            return _Voice("┃", "", inks.desk)
        case Author.BOT:
            return _Voice("╎", _("BOT") + " ", inks.bot)
        case Author.SYSTEM:
            return _Voice("·", _("SYSTEM") + " ", inks.dim)


def _said(message: Message, look: Look, cells: int, inks: Inks) -> list[Strip]:
    """Header, text and attachments of what somebody said."""
    voice = _voice(message, inks, in_review=look.in_review)

    def begin() -> Line:
        return Line(cells, voice.ground).add(f" {voice.gutter} ", voice.ink)

    header = begin().add(voice.label, voice.ink + inks.strong).add(clean_name(message.author_name) or "—", voice.ink)
    if look.merged_from:
        header.add(f" · {clean_name(look.merged_from)}", inks.key)
    header.add(f" · {look.when}", inks.dim)
    if look.state:
        header.add(" · ", inks.dim).add(look.state, inks.emergency if look.refused else inks.dim)
    strips = [header.strip(inks.text)]
    for runs in wrap(_runs(message, look, inks), min(WIDEST_TEXT, cells - TEXT_AT - 1)):
        line = begin()
        for text, ink in runs:
            line.add(text, ink)
        strips.append(line.strip(inks.text))
    strips.extend(begin().add(_attachment(file), inks.link).strip(inks.text) for file in message.attachments)
    return strips


def _runs(message: Message, look: Look, inks: Inks) -> list[Run]:
    """The text as styled runs, folded where it is long or quoted."""
    most = FIRST_CHARACTERS * 10**look.unfolded
    body = clean_text(message.body[:most]).rstrip()
    own, quote = split_quote(body)
    styles = {
        "text": inks.text,
        "tx": inks.chip,
        "address": inks.chip,
        "link": inks.link,
        "redaction": inks.note,
        "token": inks.breaching,
    }
    runs: list[Run] = [(piece.shown, styles[piece.kind]) for piece in pieces(clean_text(own))]
    if quote and look.unfolded:
        runs.append(("\n" + quote, inks.dim))
    elif quote:
        n = quote.count("\n") + 1
        runs.append(
            ("\n" + ngettext("▸ {n} quoted line · Enter", "▸ {n} quoted lines · Enter", n).format(n=n), inks.dim)
        )
    if len(message.body) > most:
        more = _("▸ {n} characters in all · Enter shows more").format(n=f"{len(message.body):,}")
        runs.append(("\n" + more, inks.key))
    return runs


def can_unfold(message: Message) -> bool:
    """Whether Enter shows more of this message."""
    body = message.body
    return len(body) > FIRST_CHARACTERS or bool(split_quote(body)[1])


def has_more(message: Message, unfolded: int) -> bool:
    """Whether a message that can be unfolded, and was so often, has more to show."""
    return not unfolded or len(message.body) > FIRST_CHARACTERS * 10**unfolded


def key_of(message: Message) -> tuple[str, int]:
    """What tells a message from all others of a conversation, merged ones included."""
    return message.ticket_id, message.n


def _attachment(file: Attachment) -> str:
    """A file in words: name, kind, size."""
    return f"[{clean_name(file.name)} · {clean_name(file.media_type)} · {size_words(file.size_bytes)}]"


def size_words(size_bytes: int) -> str:
    """A size as people say it: ``812 B``, ``24 kB``, ``3.1 MB``."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    if size_bytes < 1_000_000:
        return f"{size_bytes // 1000} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"
