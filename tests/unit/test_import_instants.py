"""Times as sources write them."""

import pytest

from backend.importing.instants import BadInstant, instant_of


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05",
        "2026-01-02 11:04:05+08:00",
        1767323045,
        1767323045000,
        1767323045.0,
    ],
)
def test_one_instant_in_many_spellings(value: str | float) -> None:
    assert instant_of(value) == 1_767_323_045_000


def test_nothing_is_no_time() -> None:
    assert instant_of(None) is None
    assert instant_of("") is None


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", -5, 1e18])
def test_what_is_no_time_is_refused(value: str | float) -> None:
    with pytest.raises(BadInstant):
        instant_of(value)
