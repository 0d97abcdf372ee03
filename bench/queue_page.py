"""A page of the queue anywhere in 100,000 tickets, against the first page: reading a list must not depend on where one is."""

import random
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.desk_data import pages, session
from bench.measure import Measure, seconds
from console.store import Store
from console.store.queue import QueueSource
from desk.query import TicketQuery

TICKETS = 100_000
SHOWN = 50
PLACES = 200


def run() -> Iterable[Measure]:
    """Fifty rows at random places, each from a list that has read nothing before."""
    with tempfile.TemporaryDirectory() as folder, closing(Store.open(Path(folder, "local.db"))) as store:
        store.apply_session(session())
        for page in pages(TICKETS, messages=1):
            store.apply_page(page)
        yield page_anywhere(store)


def page_anywhere(store: Store) -> Measure:
    """The median page against the median first page."""
    source = store.queue(TicketQuery(), 0)
    source.load()
    places = random.Random(7)
    first, anywhere = [], []
    for _place in range(PLACES):
        first.append(seconds(lambda: _fresh(source, store, 0)))
        at = places.randrange(source.count() - SHOWN)
        anywhere.append(seconds(lambda at=at: _fresh(source, store, at)))  # type: ignore[misc]
    return Measure(
        what="a queue page anywhere, against the first",
        value=median(anywhere) / median(first),
        bound=2.5,
        detail=f"{median(anywhere) * 1e3:.2f} ms, first {median(first) * 1e3:.2f} ms",
    )


def _fresh(source: QueueSource, store: Store, at: int) -> None:
    """Read rows as if for the first time."""
    source.forget_pages()
    assert len(source.window(at, SHOWN)) == SHOWN
