"""In which of the desk's two languages a text is written."""

from desk.folding import fold, is_han

_CHINESE_FROM = 0.2
"""Share of Chinese characters among the letters: one of them says as much as several Latin letters."""


def language_of(text: str) -> str:
    """``zh`` or ``en``, by the share of Chinese characters among the letters."""
    letters = [letter for letter in fold(text) if letter.isalpha()]
    chinese = sum(map(is_han, letters))
    return "zh" if letters and chinese >= _CHINESE_FROM * len(letters) else "en"
