"""What spares a text the long look at secrets never spares one that names a secret."""

from hypothesis import example, given
from hypothesis import strategies as st

from desk.asking import _SECRETS_EN, ANY_SECRET, IN_EVERY_NAME

NAMES = st.one_of(*(st.from_regex(rf"(?ai:{pattern})", fullmatch=True) for pattern in _SECRETS_EN.values()))


@given(NAMES, st.text(st.characters(codec="ascii"), max_size=20), st.text(st.characters(codec="ascii"), max_size=20))
@example("TOTP secrets", "", "")
def test_every_name_of_a_secret_holds_one_of_the_parts(name: str, before: str, behind: str) -> None:
    text = f"{before}{name}{behind}"
    if text.isascii() and ANY_SECRET.search(text):
        assert any(part in text.lower() for part in IN_EVERY_NAME)
