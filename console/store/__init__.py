"""The replica on this machine: one SQLite file that holds what the backend confirmed and what this agent still has to
say.

Only this package knows SQL. :class:`console.store.store.Store` is its door.
"""

from console.store.store import Store

__all__ = ["Store"]
