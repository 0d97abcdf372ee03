"""Which macros and people a composer offers for what was typed, and who a note mentions. Pure."""

import re
from collections.abc import Iterable, Sequence

from console.widgets.completion import Completion
from console.wording import ROLE, word
from desk.folding import fold
from desk.ids import AgentId
from desk.macros import text_in
from desk.records import Agent, Macro
from desk.text import clean_text

MAX_OFFERS = 50
_MENTION = re.compile(r"(?<![A-Za-z0-9_.@＠])[@＠]([\w.-]+)")


def macro_completions(macros: Iterable[Macro], query: str, lang: str) -> tuple[Completion, ...]:
    """Macros whose shortcut starts with ``query``, then those that hold it in shortcut or title."""
    wanted = fold(query)
    ranked = [(rank, macro) for macro in macros if (rank := _macro_rank(macro, wanted)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].shortcut))
    return tuple(
        Completion(
            macro.id,
            clean_text(f"::{macro.shortcut}", newlines=False),
            clean_text(text_in(macro.title, lang), newlines=False),
        )
        for _, macro in ranked[:MAX_OFFERS]
    )


def _macro_rank(macro: Macro, wanted: str) -> int | None:
    """0 for a shortcut that starts with it, 1 for one that holds it, 2 for a title that does, None for neither."""
    shortcut = fold(macro.shortcut)
    if shortcut.startswith(wanted):
        return 0
    if wanted in shortcut:
        return 1
    return 2 if any(wanted in fold(title) for title in macro.title.values()) else None


def mention_completions(agents: Iterable[Agent], query: str, me: Agent) -> tuple[Completion, ...]:
    """Active agents other than me whose handle or name starts with ``query``, by handle."""
    wanted = fold(query)
    found = [
        agent
        for agent in agents
        if agent.active
        and agent.id != me.id
        and (fold(agent.handle).startswith(wanted) or any(part.startswith(wanted) for part in fold(agent.name).split()))
    ]
    found.sort(key=lambda agent: agent.handle)
    return tuple(
        Completion(
            agent.id,
            clean_text(f"@{agent.handle}", newlines=False),
            clean_text(f"{agent.name} · {word(ROLE, agent.role)}", newlines=False),
            insert=clean_text(f"@{agent.handle} ", newlines=False),
        )
        for agent in found[:MAX_OFFERS]
    )


def mentioned_in(text: str, agents: Sequence[Agent]) -> tuple[AgentId, ...]:
    """Ids of the agents whose ``@handle`` stands in ``text``, each once, in order."""
    by_handle = {agent.handle.casefold(): agent.id for agent in agents if agent.active}
    named = (by_handle.get(handle.rstrip(".-").casefold()) for handle in _MENTION.findall(text))
    return tuple(dict.fromkeys(agent_id for agent_id in named if agent_id))
