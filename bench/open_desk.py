"""``python -m bench.open_desk REPLICA [URL TOKEN]``: the desk in this terminal, synced where there is a URL."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console.app import run
from console.settings import Settings
from console.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from console.client import Client
    from console.sync.engine import SyncEngine
    from console.sync.events import SyncEvent


def engine(store: Store, on_event: "Callable[[SyncEvent], None]", *, url: str, token: str) -> "SyncEngine":
    """The engine of a console whose sign-in is a token."""
    from console.sync.engine import SyncEngine

    def client() -> "Client":
        from console.client import Client
        from console.sign_in import Login, MemoryTokens

        return Client(url, MemoryTokens(Login(access=token)))

    return SyncEngine(store, client, on_event=on_event)


def main(replica: str, url: str = "", token: str = "") -> int:
    """Open it until it is left."""
    make_engine = partial(engine, url=url, token=token) if url else None
    return run(Store.open(Path(replica)), Settings(), make_engine=make_engine)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
