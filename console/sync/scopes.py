"""Which scopes are still to be fetched, kept in the replica so that a bootstrap goes on where it was cut off."""

from collections.abc import Iterable

import msgspec

from console.store import Store

_KEY = "fetching"
_EVERYTHING = "everything"
"""Stands there while a session is being compared: if the console dies just then, all scopes are fetched again."""


class Fetching:
    """Scopes to fetch, each with the page to go on from (None: the first)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def unsure(self) -> bool:
        """Whether a comparison was cut off."""
        return self._store.meta(_KEY) == _EVERYTHING

    def comparing(self) -> None:
        """A session is about to be compared with what is here."""
        if not self.left():
            self._store.set_meta(_KEY, _EVERYTHING)

    def left(self) -> dict[str, str | None]:
        """What is still to be fetched, in order."""
        text = self._store.meta(_KEY)
        if not text or text == _EVERYTHING:
            return {}
        return msgspec.json.decode(text, type=dict[str, str | None])

    def set(self, left: dict[str, str | None]) -> None:
        """Note what is still to be fetched."""
        self._store.set_meta(_KEY, msgspec.json.encode(left).decode() if left else None)


def in_order(scopes: Iterable[str]) -> list[str]:
    """Scopes as they are best fetched: what concerns me, then the desk's own facts, then the teams."""
    first = {"user": 0, "org": 1, "role": 2, "team": 3}
    return sorted(scopes, key=lambda scope: (first.get(scope.partition(":")[0], 4), scope))
