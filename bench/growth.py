"""From 1,000 to 1,000,000 tickets: what a screen asks of the store must not grow with the desk."""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from statistics import median

import msgspec

from bench.desk_data import ME, START_AT, session, ticket
from bench.measure import Measure, seconds
from console.store import Store
from console.store.columns import ticket_values, upsert
from console.store.database import connect_writer
from desk.views import VIEWS

FEW, MANY = 1_000, 1_000_000
BATCH = 20_000
TIMES = 50
NOW = START_AT + FEW * 60_000


def run() -> Iterable[Measure]:
    """The first page of the agent's own queue, a ticket, and a page in the middle of all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(filled(Path(folder, "few.db"), FEW)) as few,
        closing(filled(Path(folder, "many.db"), MANY)) as many,
    ):
        yield grown("the first page of a queue", first_page, few, many)
        yield grown("one ticket with its conversation", open_ticket, few, many)
        yield exact_counts(many)


def exact_counts(store: Store) -> Measure:
    """Exact counts of all views, against counting the rows of the table once."""
    counts = median(seconds(lambda: store.counts(NOW)) for _time in range(5))
    rows = median(
        seconds(lambda: store.reader().execute("SELECT count(*) FROM ticket").fetchone()) for _time in range(5)
    )
    return Measure(
        what="exact counts of nine views, against one count of all rows",
        value=counts / rows,
        bound=20,
        detail=f"{counts * 1e3:.0f} ms, {rows * 1e3:.0f} ms",
    )


def grown(what: str, ask: Callable[[Store], object], few: Store, many: Store) -> Measure:
    """The median of a question at both sizes, asked in turn."""
    small, large = [], []
    for _time in range(TIMES):
        small.append(seconds(lambda: ask(few)))
        large.append(seconds(lambda: ask(many)))
    return Measure(
        what=f"{what}: 1,000,000 tickets against 1,000",
        value=median(large) / median(small),
        bound=1.3,
        detail=f"{median(large) * 1e3:.2f} ms, {median(small) * 1e3:.2f} ms",
    )


def first_page(store: Store) -> None:
    """What the first frame reads."""
    assert len(store.queue(VIEWS["unassigned"], NOW).window(0, 50)) == 50


def open_ticket(store: Store) -> None:
    """What opening a ticket reads."""
    assert store.ticket(ticket(FEW // 2).id) is not None
    assert store.thread(ticket(FEW // 2).id).count() == 0


def filled(path: Path, count: int) -> Store:
    """A replica with that many tickets, written past the sync to be quick."""
    store = Store.open(path)
    store.apply_session(session())
    with closing(connect_writer(path)) as writer:
        for start in range(0, count, BATCH):
            made = [ticket(number, messages=0) for number in range(start, min(start + BATCH, count))]
            writer.execute("BEGIN")
            writer.executemany(upsert("ticket"), [ticket_values(one, msgspec.json.encode(one)) for one in made])
            writer.execute("COMMIT")
    assert store.me() == ME
    return store
