"""``serve``: answer consoles until interrupted."""

import argparse
import logging
import socket

from backend.cli import OK, UsageError
from backend.config import Config
from backend.errors import BackendError
from backend.verbs.database_option import existing_database


class PortTaken(BackendError):
    """Somebody else listens there."""


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8470, help="port to listen on (default: 8470)")


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    if not 0 < args.port < 65_536:
        raise UsageError(f"{args.port} is not a port; choose one from 1 to 65535.")
    with existing_database(args):
        _check_port(args.host, args.port)
    from backend.serving import serve  # Litestar and uvicorn, 250 ms

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger(__name__).info("listening on http://%s:%s", args.host, args.port)
    serve(Config(database=args.database, host=args.host, port=args.port))
    return OK


def _check_port(host: str, port: int) -> None:
    """Find out now, in one sentence, what the server would say later in many lines."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        raise PortTaken(f"cannot listen on {host}:{port}: {error.strerror or error}; choose another --port") from None
