"""A backend in a process of its own: prints its port, three people's tokens and its tickets when ready (the fields of
:class:`bench.processes.Served`), and ends with its stdin."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from desk.records import Role


def main(tickets: int) -> None:
    """Serve a desk of so many tickets, each with one message of a customer, until stdin closes."""
    with TemporaryDirectory() as folder:
        config = Config(database=f"sqlite:///{Path(folder) / 'backend.db'}", port=0, limits=NO_LIMITS)
        with EmbeddedServer(config) as server:
            server.add_team("t", "Team")
            server.add_agent("mei", teams=("t",), password="correct horse battery")
            server.add_agent("li", teams=("t",))
            server.add_agent("zoe", role=Role.LEAD, teams=("t",))
            made = [server.customer_writes("t", f"Where is transfer {n}?", customer=f"c{n}").id for n in range(tickets)]
            ready = {"port": server.config.port, "tickets": made}
            ready |= {"token": server.token("mei"), "colleague": server.token("li"), "lead": server.token("zoe")}
            sys.stdout.write(msgspec.json.encode(ready).decode() + "\n")
            sys.stdout.flush()
            sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
