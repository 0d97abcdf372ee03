"""Which of several consoles on one file does the syncing: whoever holds the lock. The system frees it when a console
dies, however it dies."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock


class LeaderLock:
    """An advisory lock beside local.db."""

    def __init__(self, db: Path) -> None:
        self._path = db.with_name(f"{db.name}.leader")
        self._lock: BaseFileLock | None = None

    def take(self) -> bool:
        """Try to become the leader; at once."""
        from filelock import FileLock, Timeout  # 36 ms; the engine's thread pays them

        if self._lock is None:
            self._lock = FileLock(self._path, thread_local=False, mode=0o600)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def release(self) -> None:
        """Let another console lead."""
        if self._lock is not None:
            self._lock.release(force=True)
