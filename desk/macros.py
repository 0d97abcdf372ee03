"""Prepared answers: the text a macro puts into a draft, and the changes it would make to a ticket.

A macro never sends. Its text goes into the composer; its changes are previewed as a diff and applied by a command.
"""

import re

from msgspec.structs import replace

from desk.conversation import moved_to_team, reopened, with_status
from desk.ids import Instant
from desk.records import Agent, Frozen, Macro, Status, Ticket
from desk.tags import with_tags
from desk.text import SafeText, clean_text
from desk.urgency import SETTLED

_PLACEHOLDER = re.compile(r"\{(customer|agent|ref|subject)\}")


class FieldChange(Frozen, frozen=True, kw_only=True):
    """One field before and after, as data (ids and stable values; tags joined by a space; empty: none)."""

    field: str
    old: str
    new: str


class MacroDiff(Frozen, frozen=True, kw_only=True):
    """What a macro would change, in the order ``status``, ``severity``, ``team``, ``assignee``, ``tags``."""

    changes: tuple[FieldChange, ...]


def text_in(texts: dict[str, str], lang: str) -> str:
    """The text for a language: exactly it, its base language, English, or else whatever there is."""
    for choice in (lang, lang.split("-")[0], "en"):
        if choice in texts:
            return texts[choice]
    return next(iter(texts.values()), "")


def render(macro: Macro, lang: str, ticket: Ticket, agent: Agent) -> SafeText:
    """The macro's text for a ticket, in the language nearest to ``lang``; unknown placeholders stay as they are."""
    values = {
        "customer": ticket.customer_name,
        "agent": agent.name,
        "ref": ticket.ref,
        "subject": ticket.subject,
    }
    return clean_text(_PLACEHOLDER.sub(lambda found: values[found[1]], text_in(macro.body, lang)))


def preview(macro: Macro, ticket: Ticket) -> MacroDiff:
    """What applying the macro would change on the ticket as it is."""
    after = apply_macro(macro, ticket, ticket.updated_at)
    pairs = (
        ("status", ticket.status.value, after.status.value),
        ("severity", ticket.severity.value, after.severity.value),
        ("team", ticket.team_id, after.team_id),
        ("assignee", ticket.assignee_id or "", after.assignee_id or ""),
        ("tags", " ".join(ticket.tags), " ".join(after.tags)),
    )
    return MacroDiff(
        changes=tuple(FieldChange(field=field, old=old, new=new) for field, old, new in pairs if old != new)
    )


def apply_macro(macro: Macro, ticket: Ticket, at: Instant) -> Ticket:
    """The ticket after the macro's changes. A macro never makes a ticket ``new``."""
    after = replace(ticket, tags=with_tags(ticket.tags, macro.add_tags, macro.remove_tags))
    if macro.severity is not None:
        after = replace(after, severity=macro.severity)
    if macro.team_id is not None and macro.team_id != ticket.team_id:
        after = moved_to_team(after, macro.team_id)
    if macro.status not in (None, Status.NEW, ticket.status):
        if ticket.status in SETTLED and macro.status not in SETTLED:
            after = reopened(after, at)
        after = with_status(after, macro.status, at)
    return after
