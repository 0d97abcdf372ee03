"""The common shape of all records."""

from msgspec import Struct


class Frozen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Immutable, keyword-only, defaults left out of the encoding."""
