"""The console's own log: a small rotating file that holds no secret and no control byte.

Message bodies are never logged. What slips into an error's text all the same (a token, a password in a URL) is
redacted here, at the one place everything passes.
"""

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

_MOST_BYTES = 512 * 1024
_KEPT = 2
_REDACTED = "[redacted]"
_SECRETS = (
    re.compile(r"(?i)(bearer\s+)[^\s\"']{6,400}"),
    re.compile(r"(?i)((?:password|passphrase|token|secret|authorization)\"?\s{0,3}[:=]\s{0,3}\"?)[^\s\"',;&]{1,400}"),
    re.compile(r"(//[^/\s:@]{1,100}:)[^/\s@]{1,200}(?=@)"),
)
"""Each keeps its first group. Bounded repeats: linear in the line."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def redact(text: str) -> str:
    """``text`` without secrets and with control characters made visible."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\g<1>{_REDACTED}", text)
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and redacts the result. Tracebacks show no local variables."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        return redact(super().format(record))


class _PrivateFile(RotatingFileHandler):
    """A log only its owner can read."""

    def _open(self):  # type: ignore[no-untyped-def]
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()


def log_to(path: Path, *, level: int = logging.INFO) -> None:
    """Send this process's log to ``path``. A place that cannot be written is no reason to stop: then there is none."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler: logging.Handler = _PrivateFile(path, maxBytes=_MOST_BYTES, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(threadName)s: %(message)s"))
    root = logging.getLogger()
    for earlier in root.handlers:
        if isinstance(earlier, _PrivateFile):
            earlier.close()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # logs every URL otherwise
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    logging.raiseExceptions = False  # never write to a terminal that shows a screen


def log_crash(error: BaseException) -> None:
    """Write down an error nobody foresaw."""
    logging.getLogger("console").error("unforeseen: %s", type(error).__name__, exc_info=error)
