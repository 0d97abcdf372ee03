"""``console kb search … --json`` on 10,000 articles, against the least a Python program needs for the same answer:
importing sqlite3 and msgspec, and the raw query. Whole processes, with their bytecode compiled."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from itertools import cycle
from pathlib import Path

from bench.knowledge_data import made_up_articles
from bench.measure import Measure, ratio, seconds
from bench.terminal import ROOT
from console.store import Store
from desk.folding import match_expression

ARTICLES = 10_000
TIMES = 8
QUERIES = ("网络 手续费", "withdrawal pending", "助记词", "transaction fee", "hardware wallet", "钱包 备份")

_RAW = """
import sqlite3, msgspec, sys
rows = sqlite3.connect(sys.argv[1]).execute(
    "SELECT e.id, e.source_id, b.body, bm25(article_fts) FROM article_fts "
    "JOIN article_entry e ON e.n = article_fts.rowid JOIN article_body b ON b.n = e.n "
    "WHERE article_fts MATCH ? ORDER BY rank LIMIT 10", (sys.argv[2],)).fetchall()
sys.stdout.write(msgspec.json.encode(rows).decode())
"""


def run() -> Iterable[Measure]:
    """The median of the rounds' ratios; a round asks each query about as often."""
    with tempfile.TemporaryDirectory() as folder:
        replica = Path(folder, "local.db")
        with closing(Store.open(replica)) as store:
            store.put_articles(made_up_articles(ARTICLES))
            while store.index_pending():
                pass
        environ = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder, "cache")), "CONSOLE_HOME": folder}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        queries = cycle(QUERIES)
        ours, floor = partial(_ours, replica, environ), partial(_floor, replica, environ)
        for query in QUERIES:  # compiles the bytecode, and reads the file into the system's cache
            ours(query), floor(query)
        value, mine_s, floor_s = ratio(
            lambda: sum(ours(next(queries)) for _ in range(TIMES)) / TIMES,
            lambda: sum(floor(next(queries)) for _ in range(TIMES)) / TIMES,
        )
    detail = f"{mine_s * 1e3:.0f} ms, sqlite3 + msgspec + raw query {floor_s * 1e3:.0f} ms"
    yield Measure("console kb search --json, 10,000 articles", value, 2.5, detail)


def _ours(replica: Path, environ: dict[str, str], query: str) -> float:
    return _timed(["-m", "console", "kb", "search", query, "--json", "--db", str(replica)], environ)


def _floor(replica: Path, environ: dict[str, str], query: str) -> float:
    return _timed(["-c", _RAW, str(replica), match_expression(query)], environ)


def _timed(args: list[str], environ: dict[str, str]) -> float:
    """Seconds of a whole process; raises when it fails or finds nothing."""

    def work() -> None:
        done = subprocess.run([sys.executable, *args], cwd=ROOT, env=environ, capture_output=True, check=True)
        if len(done.stdout) < 10:
            raise RuntimeError(f"{args} found nothing")

    return seconds(work)
