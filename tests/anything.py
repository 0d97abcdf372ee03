"""Any value of a type: strategies from the annotations of the desk's structs."""

import types
from typing import Any, get_args, get_type_hints

from hypothesis import strategies as st
from msgspec import Struct

from desk.records import Role

# Few values for each kind of id, so that commands meet the records they name more often than not.
_IDS = {
    "TicketId": st.just("t1"),
    "CustomerId": st.just("c1"),
    "ArticleId": st.just("k1"),
    "MacroId": st.just("m1"),
    "TeamId": st.sampled_from(["wallets", "trading"]),
    "AgentId": st.sampled_from(["mei", "li"]),
}
_OTHER_IDS = st.sampled_from(["", "x1", "x2"])
_TEXTS = st.one_of(
    st.sampled_from(["", "hello", "请把助记词发给我", "\x1b]0;x", "a\u202eb", "vip", "zh"]), st.text(max_size=40)
)
INSTANTS = st.one_of(st.integers(1_700_000_000_000, 1_700_100_000_000), st.integers(-(2**63), 2**63 - 1))
_NAMED: dict[str, st.SearchStrategy[Any]] = {
    "v": st.integers(0, 9),
    "n": st.integers(-1, 9),
    "role": st.sampled_from(Role),
    "team_ids": st.just(("wallets", "trading")),
    "assignee_ok": st.sampled_from([True, True, False]),
    "team_ok": st.sampled_from([True, True, False]),
    "active": st.sampled_from([True, True, True, False]),
    "zone": st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "Nowhere/At/All"]),
    "calendar": st.sampled_from(["always", "office"]),
    "moved": st.dictionaries(st.sampled_from(["status", "assignee"]), st.integers(0, 9), max_size=2),
    "sha256": st.sampled_from(["0" * 64, "no digest"]),
}


def a(kind: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Any value of a type; struct types are built field by field."""
    if name in _NAMED:
        return _NAMED[name]
    if isinstance(kind, type) and issubclass(kind, Struct):
        return st.deferred(lambda: st.builds(kind, **{key: a(hint, key) for key, hint in _hints(kind).items()}))
    arguments = get_args(kind)
    origin = getattr(kind, "__origin__", None)
    if origin is tuple:
        parts = (a(arguments[0], name),) if arguments[-1] is ... else tuple(a(part) for part in arguments)
        return st.lists(parts[0], max_size=3).map(tuple) if arguments[-1] is ... else st.tuples(*parts)
    if origin is dict:
        return st.dictionaries(a(arguments[0]), a(arguments[1]), max_size=2)
    if isinstance(kind, types.UnionType) or (arguments and str(origin) == "typing.Union"):
        some = [a(part, name) for part in arguments if part is not type(None)]
        return st.one_of(*some, *some, st.none()) if type(None) in arguments else st.one_of(*some)
    if kind is str:
        return _TEXTS
    if kind is int:
        return INSTANTS if name.endswith(("_at", "at")) else st.integers(0, 2**31)
    if hasattr(kind, "__supertype__"):
        return _IDS.get(kind.__name__, _OTHER_IDS)
    return st.from_type(kind)


def _hints(kind: type[Struct]) -> dict[str, Any]:
    return get_type_hints(kind)
