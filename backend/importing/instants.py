"""Instants as sources write them: ISO 8601 text, or seconds or milliseconds since 1970."""

from datetime import UTC, datetime

from desk.ids import MS_PER_S, Instant

_MS_FROM = 100_000_000_000
"""Numbers from here on are milliseconds: as seconds it would be the year 5138."""
_LATEST: Instant = 253_402_300_799_000


class BadInstant(ValueError):
    """This is not a time; the message is one sentence."""


def instant_of(value: str | float | None) -> Instant | None:
    """The instant, or None for none given. Text without an offset is UTC."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value.strip())
        except ValueError:
            raise BadInstant(f"{value[:40]!r} is not an ISO 8601 time") from None
        return _checked(int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * MS_PER_S), value)
    return _checked(int(value if abs(value) >= _MS_FROM else value * MS_PER_S), value)


def _checked(instant: Instant, value: object) -> Instant:
    if not 0 <= instant <= _LATEST:
        raise BadInstant(f"the time {value!r} is before 1970 or after 9999")
    return instant
