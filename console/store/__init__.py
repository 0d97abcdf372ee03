"""The replica on this machine: one SQLite file that holds what the backend confirmed and what this agent still has to
say.

Only this package knows SQL. :class:`console.store.store.Store` is its door.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.store.store import Store

__all__ = ["Store"]


def __getattr__(name: str) -> object:
    """Import :class:`Store` when somebody asks for it (40 ms): a knowledge search does without."""
    if name == "Store":
        from console.store.store import Store

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
