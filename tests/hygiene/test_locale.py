"""The Chinese catalogue is whole, up to date and usable: what the code says is what the catalogue translates."""

import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from console.i18n import DOMAIN, LANGUAGES, LOCALE_DIR

CONSOLE = Path(__file__).resolve().parents[2] / "console"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "mark": None, "ngettext": (1, 2)}
TRANSLATED = [name for name in LANGUAGES.values() if name != "en"]
_HALF_WIDTH_BESIDE_HAN = re.compile(r"[\u4e00-\u9fff][,;!?]|[,;!?][\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every text the code looks up, in the singular."""
    found = extract_from_dir(str(CONSOLE), method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=())
    texts = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found if message}
    assert len(texts) > 300
    return texts


def catalogue(name: str) -> tuple[Path, Catalog]:
    path = LOCALE_DIR / name / "LC_MESSAGES" / f"{DOMAIN}.po"
    with path.open("rb") as file:
        return path, read_po(file, locale=name)


def entries(name: str) -> list[Message]:
    return [message for message in catalogue(name)[1] if message.id]


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_text_is_translated_and_no_translation_is_left_over(name: str, said: set[str]) -> None:
    there = {message.id if isinstance(message.id, str) else message.id[0] for message in entries(name)}
    assert said - there == set(), "run `make messages`, then translate"
    assert there - said == set(), "run `make messages`: these texts are gone"


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_translation_is_empty_or_a_guess(name: str) -> None:
    assert [
        message.id for message in entries(name) if message.fuzzy or not strings(message) or not all(strings(message))
    ] == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_placeholders_are_those_of_the_source(name: str) -> None:
    def fields(text: str) -> set[str]:
        named = (field for _, field, _, _ in string.Formatter().parse(text) if field is not None)
        return {field for field in named if field.isidentifier()}  # {+put in+} is a mark in a text, and no field

    wrong = []
    for message in entries(name):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        wrong += [source for translated in strings(message) if fields(translated) != fields(source)]
    assert wrong == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_spaces_at_the_ends_are_kept(name: str) -> None:
    """Texts with a space at an end are put beside others; a full-width mark may stand for a mark and its space."""
    wrong = []
    for message in entries(name):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for translated in strings(message):
            starts = source.startswith(" ") == translated.startswith(" ")
            ends = source.endswith(" ") == translated.endswith(" ") or translated.endswith(("：", "、"))
            if not (starts and ends):
                wrong.append(source)
    assert wrong == []


def test_chinese_uses_chinese_punctuation() -> None:
    wrong = [text for message in entries("zh_CN") for text in strings(message) if _HALF_WIDTH_BESIDE_HAN.search(text)]
    assert wrong == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_source(name: str) -> None:
    path, source = catalogue(name)
    compiled = io.BytesIO()
    write_mo(compiled, source)
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `make messages`"
