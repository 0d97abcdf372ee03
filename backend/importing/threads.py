"""Finds which mails belong together, by what they refer to."""

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Threads(Generic[T]):
    """Mails joined by Message-ID and References (a union of sets, each mail once)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._mails: dict[str, T] = {}

    def add(self, mail_id: str, refers_to: Iterable[str], mail: T) -> bool:
        """Take in one mail; False for a second one of the same id, which is the same mail."""
        if mail_id in self._mails:
            return False
        self._mails[mail_id] = mail
        root = self._root(mail_id)
        for other in refers_to:
            other_root = self._root(other)
            if other_root != root:
                # The one referred to came first.
                self._parent[root] = other_root
                root = other_root
        return True

    def in_order(self) -> list[list[T]]:
        """The threads by their first mail, each in the order its mails came in."""
        threads: dict[str, list[T]] = {}
        for mail_id, mail in self._mails.items():
            threads.setdefault(self._root(mail_id), []).append(mail)
        return list(threads.values())

    def _root(self, mail_id: str) -> str:
        parent = self._parent
        parent.setdefault(mail_id, mail_id)
        root = mail_id
        while parent[root] != root:
            root = parent[root]
        while parent[mail_id] != root:
            parent[mail_id], mail_id = root, parent[mail_id]
        return root
