"""A page of the queue anywhere in 100,000 tickets, against the first: reading must not depend on where one is."""

import random
import tempfile
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from bench.desk_data import pages, session
from bench.measure import Measure, seconds
from console.store import Store
from console.store.queue import PAGE
from desk.query import TicketQuery

TICKETS = 100_000
SHOWN = 50
PLACES = 200


def run() -> Iterable[Measure]:
    """The first rows of a new list, and rows at random places of one that has read nothing but its order."""
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
        first.append(seconds(lambda: store.queue(TicketQuery(), 0).window(0, SHOWN)))
        source.forget_pages()
        at = places.randrange(PAGE, source.count() - PAGE) // PAGE * PAGE
        anywhere.append(seconds(partial(source.window, at, SHOWN)))
    return Measure(
        what="a queue page anywhere, against the first",
        value=median(anywhere) / median(first),
        bound=2.5,
        detail=f"{median(anywhere) * 1e3:.2f} ms, first {median(first) * 1e3:.2f} ms",
    )
