"""Who is online, looks at what, and when each last did something. In memory: it is forgotten within a minute anyway,
and last actions are read again from the log of commands at the next start."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from desk.ids import MS_PER_S, AgentId, Instant
from desk.wire import Presence, Viewer

ACTIONS_TOLD_EVERY_S = 15
"""Last actions are told in minutes; they need no telling of their own for every command of everybody."""


@dataclass(frozen=True, slots=True)
class _Sighting:
    viewer: Viewer
    scopes: frozenset[str]
    until_at: Instant


@dataclass(slots=True)
class PresenceBoard:
    """One per server; used in its event loop only. ``changed`` is called after every change that somebody may see."""

    kept_s: float
    changed: Callable[[], None]
    _sightings: dict[AgentId, _Sighting] = field(default_factory=dict)
    _online: Counter[AgentId] = field(default_factory=Counter)
    _acted_at: dict[AgentId, Instant] = field(default_factory=dict)
    _actions_told_at: Instant = 0
    _actions_untold: bool = False

    def came_online(self, agent_id: AgentId) -> None:
        """The agent opened a stream."""
        self._online[agent_id] += 1
        if self._online[agent_id] == 1:
            self.changed()

    def went_offline(self, agent_id: AgentId) -> None:
        """The agent's stream ended."""
        self._online[agent_id] -= 1
        if self._online[agent_id] <= 0:
            del self._online[agent_id]
            self._sightings.pop(agent_id, None)
            self.changed()

    def looks_at(self, viewer: Viewer, scopes: frozenset[str], now: Instant) -> None:
        """The agent has a ticket open, which is in these scopes."""
        before = self._sightings.get(viewer.agent_id)
        self._sightings[viewer.agent_id] = _Sighting(viewer, scopes, now + int(self.kept_s * MS_PER_S))
        if before is None or before.viewer != viewer or before.scopes != scopes:
            self.changed()

    def looks_away(self, agent_id: AgentId) -> None:
        """The agent has no ticket open."""
        if self._sightings.pop(agent_id, None) is not None:
            self.changed()

    def acted(self, agent_id: AgentId, now: Instant) -> None:
        """The agent did something; leads are told soon."""
        self._acted_at[agent_id] = now
        self._actions_untold = True

    def recall(self, acted_at: Mapping[AgentId, Instant]) -> None:
        """What agents did before this server started."""
        self._acted_at = {**acted_at, **self._acted_at}

    def look_around(self, now: Instant) -> None:
        """Drop what was not renewed in time, and tell of last actions when it is time for them."""
        self.forget_old(now)
        if self._actions_untold and now - self._actions_told_at >= ACTIONS_TOLD_EVERY_S * MS_PER_S:
            self._actions_told_at, self._actions_untold = now, False
            self.changed()

    def forget_old(self, now: Instant) -> None:
        """Drop what was not renewed in time."""
        old = [agent_id for agent_id, sighting in self._sightings.items() if sighting.until_at <= now]
        for agent_id in old:
            del self._sightings[agent_id]
        if old:
            self.changed()

    def seen_from(self, scopes: frozenset[str], led: frozenset[AgentId] = frozenset()) -> Presence:
        """What somebody who reads these scopes may know; ``led`` are the agents whose last action they may know."""
        viewers = [s.viewer for s in self._sightings.values() if s.scopes & scopes]
        return Presence(
            online=tuple(sorted(self._online)),
            viewers=tuple(sorted(viewers, key=lambda v: v.agent_id)),
            active_at={agent_id: at for agent_id, at in sorted(self._acted_at.items()) if agent_id in led},
        )
