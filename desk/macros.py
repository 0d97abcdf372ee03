"""Prepared answers: the text a macro puts into a draft, the changes it would make, and to whom it is offered.

A macro never sends. Its text goes into the composer; its changes are previewed as a diff and applied by a command. Text
and condition are written over :data:`VARIABLES` (:mod:`desk.templates` reads them). A shortcut may be given more than
once: one's own macro goes before the team's, and that before the one shared with everybody.
"""

import re
from collections.abc import Iterable

from msgspec.structs import replace

from desk.conversation import moved_to_team, reopened, with_status
from desk.ids import Instant, MacroId
from desk.mistakes import Mistake
from desk.records import Agent, Frozen, Macro, Role, Sharing, Status, Ticket
from desk.tags import with_tags
from desk.text import SafeText, clean_name, clean_text
from desk.urgency import SETTLED

VARIABLES = (
    *("customer", "agent", "ref", "subject", "channel", "lang", "tier", "team", "status", "severity"),
    *("tx", "network", "txs", "networks", "tags", "at_risk"),
)
"""What a macro may name. All are text (an unknown transaction or network is empty) but ``txs``, ``networks`` and
``tags``, which are lists of texts, and ``at_risk``, a whole number of US dollars."""

_NAMES = frozenset(VARIABLES)
_SINGLE = re.compile(r"(?<!\{)\{\s*(" + "|".join(VARIABLES) + r")\s*\}(?!\})")
_NEAREST = {Sharing.PERSONAL: 0, Sharing.TEAM: 1, Sharing.SHARED: 2}
_OPENING = 24
"""So many characters, and those of the customer's name, tell which macro a text began with."""


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


class Rendering(Frozen, frozen=True, kw_only=True):
    """A macro's text for a ticket; with a ``mistake`` it is empty and the macro cannot be used."""

    text: SafeText = SafeText("")
    mistake: Mistake | None = None


def render(macro: Macro, lang: str, ticket: Ticket, agent: Agent, team: str = "") -> Rendering:
    """The macro's text for a ticket, in the language nearest to ``lang``. ``team`` is the name of the ticket's team."""
    from desk.templates import fill_in

    body = text_in(macro.body, lang)
    if mistake := _old_variable(body):
        return Rendering(mistake=mistake)
    if "{" not in body:
        return Rendering(text=clean_text(body))
    filled = fill_in(body, values_of(ticket, agent, team))
    return Rendering(mistake=filled) if isinstance(filled, Mistake) else Rendering(text=clean_text(filled))


def values_of(ticket: Ticket, agent: Agent, team: str = "") -> dict[str, str | int | tuple[str, ...]]:
    """The variables for a ticket: cleaned text, which is never read as a template."""
    texts = {
        "customer": ticket.customer_name,
        "agent": agent.name,
        "ref": ticket.ref,
        "subject": ticket.subject,
        "channel": ticket.channel.value,
        "lang": ticket.lang.casefold().split("-")[0],
        "tier": ticket.tier.value,
        "team": team,
        "status": ticket.status.value,
        "severity": ticket.severity.value,
        "tx": ticket.tx_ids[0] if ticket.tx_ids else "",
        "network": ticket.networks[0] if ticket.networks else "",
    }
    lists = {"txs": ticket.tx_ids, "networks": ticket.networks, "tags": ticket.tags}
    return {
        **{name: clean_name(text) for name, text in texts.items()},
        **{name: tuple(map(clean_name, items)) for name, items in lists.items()},
        "at_risk": ticket.at_risk_minor // 100,
    }


def mistake_in(body: dict[str, str], condition: str) -> Mistake | None:
    """What is wrong with a macro's texts or its condition, wherever it would be used; None: nothing."""
    from desk.templates import read_condition, read_template

    for lang, text in sorted(body.items()):
        mistake = _old_variable(text) or read_template(text, _NAMES)
        if mistake is not None:
            return replace(mistake, lang=lang if len(body) > 1 else "")
    if not condition.strip():
        return None
    mistake = read_condition(condition, _NAMES)
    return replace(mistake, line=0, lang="condition") if mistake is not None else None


def _old_variable(body: str) -> Mistake | None:
    """A variable in single braces, as they were written once: it would go out to a customer as it stands."""
    for number, line in enumerate(body.splitlines(), 1):
        if found := _SINGLE.search(line):
            return Mistake(code="template-old-variable", line=number, what=found[1])
    return None


def may_use(agent: Agent, macro: Macro) -> bool:
    """Whether a macro is shared with an agent."""
    if macro.sharing is Sharing.PERSONAL:
        return macro.owner_id == agent.id
    if macro.sharing is Sharing.TEAM:
        return agent.role is Role.ADMIN or macro.shared_with in agent.team_ids
    return True


def offered(macros: Iterable[Macro], ticket: Ticket, agent: Agent, team: str = "") -> tuple[Macro, ...]:
    """The macros for a ticket, by shortcut: those shared with the agent whose condition holds, of equal shortcuts the
    nearest. One with a mistake in its condition is offered, so that it is seen why it cannot be used."""
    from desk.templates import holds

    values = values_of(ticket, agent, team)
    fitting = (
        macro
        for macro in macros
        if not macro.archived
        and may_use(agent, macro)
        and (not macro.condition.strip() or holds(macro.condition, values) is not False)
    )
    return nearest(fitting)


def nearest(macros: Iterable[Macro]) -> tuple[Macro, ...]:
    """Of the macros with equal shortcuts those that are shared with the fewest, by shortcut."""
    ordered = sorted(macros, key=lambda macro: (macro.shortcut, _NEAREST[macro.sharing], macro.id))
    level: dict[str, int] = {}
    for macro in ordered:
        level.setdefault(macro.shortcut, _NEAREST[macro.sharing])
    return tuple(macro for macro in ordered if _NEAREST[macro.sharing] == level[macro.shortcut])


def began_with(
    text: str, macros: Iterable[Macro], lang: str, ticket: Ticket, agent: Agent, team: str = ""
) -> MacroId | None:
    """The macro whose text a reply begins with, or None."""
    reach = _OPENING + len(ticket.customer_name)
    for macro in macros:
        if not text.startswith(text_in(macro.body, lang).partition("{")[0][:_OPENING].lstrip()):
            continue
        opening = render(macro, lang, ticket, agent, team).text.strip()[:reach]
        if opening and text.startswith(opening):
            return macro.id
    return None


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
