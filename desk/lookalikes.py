"""Names and hosts that only look like what they seem: scripts mixed within a word, letters in fancy dress.

Widgets put a mark beside a flagged name or host; nothing is changed or refused. Chinese beside Latin is everyday text
here, Cyrillic or Greek inside a Latin word is not.
"""

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET"})
"""Scripts that have letters drawn like those of another of them."""

_DRESSED = (
    "MATHEMATICAL ",
    "FULLWIDTH ",
    "CIRCLED ",
    "SQUARED ",
    "NEGATIVE ",
    "PARENTHESIZED ",
    "DOUBLE-STRUCK ",
    "SCRIPT ",
)
_LATIN_TWINS = frozenset("аеорсухіјѕһԁԛԝѵ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "αονρτυχ" + "АВЕКМНОРСТУХЅІЈ")
"""Cyrillic and Greek letters that one reads as Latin."""


def flag_mixed_script(text: str) -> tuple[str, ...]:
    """The words of a name that mix look-alike scripts or dress letters up, in order; empty when it is plain."""
    return tuple(word for word in _WORD.findall(text) if _is_mixed(word) or _is_dressed(word))


def flag_host(host: str) -> tuple[str, ...]:
    """The labels of a host name that are not what they seem, punycode read first: those that
    :func:`flag_mixed_script` flags, and those wholly of twins of Latin letters, such as ``аррӏе``."""
    labels = [_unicode_label(label) for label in host.split(".")]
    return tuple(label for label in labels if flag_mixed_script(label) or _is_all_twins(label))


def _is_mixed(word: str) -> bool:
    return len({script for letter in word if (script := _script(letter)) in _ALIKE}) > 1


def _is_dressed(word: str) -> bool:
    return not word.isascii() and any(unicodedata.name(letter, "").startswith(_DRESSED) for letter in word)


def _is_all_twins(label: str) -> bool:
    letters = [letter for letter in label if letter.isalpha()]
    twins = sum(letter in _LATIN_TWINS or letter in "ӏո" for letter in letters)
    return bool(letters) and twins == len(letters)


def _script(letter: str) -> str:
    """The first word of a letter's Unicode name, which for these scripts is the script."""
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").split(" ", 1)[0]


def _unicode_label(label: str) -> str:
    """A label as it is meant to be read; one that is no valid punycode stays as it is."""
    if not label.lower().startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
