"""What every screen stands on: the replica, the time, the settings and (once it runs) the sync engine.

The app makes one and hands it to each screen, so that screens know neither the app nor how these came to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.clock import Clock, system_clock
from desk.records import Agent

if TYPE_CHECKING:
    from console.settings import Settings
    from console.store import Store
    from console.sync.engine import SyncEngine


@dataclass(slots=True)
class Workplace:
    """The things one agent's console works with."""

    store: Store
    settings: Settings
    clock: Clock = system_clock
    engine: SyncEngine | None = None
    """None until the first frame is painted, and in a console without an account."""

    def me(self) -> Agent | None:
        """Who is signed in on this replica (None: nobody yet)."""
        return self.store.me()
