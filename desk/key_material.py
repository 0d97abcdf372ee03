"""Finds key material in a text: recovery phrases and private keys, in the forms in which people paste them.

A run of eleven words of the BIP-39 list is a phrase whatever its checksum says: one with a typo must not leak either. A
base58 key counts when its checksum does; 64 hex digits are a transaction id unless the words around speak of a key.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from desk.wire import Finding

MIN_PHRASE_WORDS = 11
NEAR_CHARACTERS = 40

_LATIN_WORD = re.compile(r"[A-Za-z]+")
_BETWEEN_WORDS = re.compile(r"[\W\d_]{0,12}")
_HAN_RUN = re.compile(r"(?:[\u4e00-\u9fff][\s,，、.。\d]{1,6}){10,}[\u4e00-\u9fff]")
_HAN_JOINED = re.compile(
    r"(?:助记词|助記詞|私钥|私鑰|恢复短语)\s*(?:(?:就?是|为|如下)\s*[:：]?|[:：])\s*[“「\"]?"
    r"(?P<phrase>[\u4e00-\u9fff]{12,24})(?![\u4e00-\u9fff])"
)
_BASE58 = re.compile(r"(?<![1-9A-HJ-NP-Za-km-z])[1-9A-HJ-NP-Za-km-z]{51,112}(?![1-9A-HJ-NP-Za-km-z])")
_HEX_KEY = re.compile(r"(?<![0-9A-Fa-f])(?:0x)?[0-9A-Fa-f]{64}(?![0-9A-Fa-f])")
_KEY_WORDS = re.compile(r"private[\s_-]*key|priv[\s_-]*key|secret[\s_-]*(?:key|exponent)|私钥|私鑰|密钥", re.IGNORECASE)

_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PRIVATE_VERSIONS = {
    bytes.fromhex(version)
    for version in (
        "0488ade4",
        "049d7878",
        "04b2430c",
        "0295b005",
        "02aa7a99",
        "04358394",
        "044a4e28",
        "045f18bc",
        "024285b5",
    )
}
"""Versions of serialised private keys: xprv, yprv, zprv, Yprv, Zprv and those of the test networks."""

_PHRASE_LENGTHS = (12, 15, 18, 21, 24)


def find_key_material(text: str) -> list[Finding]:
    """Every place that holds key material, as positions in ``text``."""
    found = [*_phrases(text), *_base58_keys(text), *_hex_keys(text)]
    if not text.isascii():
        found += _han_phrases(text)
    return found


def _phrases(text: str) -> Iterator[Finding]:
    """Runs of list words, however they are numbered, separated or capitalised."""
    listed = _words("english")
    run: list[re.Match[str]] = []
    for word in _LATIN_WORD.finditer(text):
        if word[0].lower() not in listed:  # most words of most texts: nothing else is asked about them
            if run:
                yield from _phrase(run)
                run = []
            continue
        if run and _BETWEEN_WORDS.fullmatch(text, run[-1].end(), word.start()) is None:
            yield from _phrase(run)
            run = []
        run.append(word)
    yield from _phrase(run)


def _phrase(run: list[re.Match[str]]) -> Iterator[Finding]:
    if len(run) >= MIN_PHRASE_WORDS:
        yield Finding(kind="seed-phrase", start=run[0].start(), end=run[-1].end())


def _han_phrases(text: str) -> Iterator[Finding]:
    """Chinese lists are single characters of everyday text: they need gaps between, or a key word just
    before and the checksum."""
    for match in _HAN_RUN.finditer(text):
        if all(
            character in _words("chinese_simplified") or character in _words("chinese_traditional")
            for character in match[0]
            if "\u4e00" <= character <= "\u9fff"
        ):
            yield Finding(kind="seed-phrase", start=match.start(), end=match.end())
    for match in _HAN_JOINED.finditer(text):
        if len(match["phrase"]) in _PHRASE_LENGTHS and _has_checksum(match["phrase"]):
            yield Finding(kind="seed-phrase", start=match.start("phrase"), end=match.end("phrase"))


def _has_checksum(characters: str) -> bool:
    """Whether characters of one Chinese list are a phrase with the right checksum."""
    for language in ("chinese_simplified", "chinese_traditional"):
        numbers = [_words(language).get(character) for character in characters]
        if None not in numbers:
            bits = "".join(f"{number:011b}" for number in numbers if number is not None)
            entropy_bits = len(bits) * 32 // 33
            entropy = int(bits[:entropy_bits], 2).to_bytes(entropy_bits // 8, "big")
            expected = f"{sha256(entropy).digest()[0]:08b}"[: len(bits) - entropy_bits]
            if bits[entropy_bits:] == expected:
                return True
    return False


def _base58_keys(text: str) -> Iterator[Finding]:
    for match in _BASE58.finditer(text):
        if kind := _base58_kind(match[0]):
            yield Finding(kind=kind, start=match.start(), end=match.end())


def _base58_kind(text: str) -> str:
    """What a base58 text with a right checksum is; empty for what is no private key."""
    number = 0
    for digit in text:
        number = number * 58 + _DIGITS.index(digit)
    payload = number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, check = payload[:-4], payload[-4:]
    if sha256(sha256(body).digest()).digest()[:4] != check:
        return ""
    if len(body) == 78 and body[:4] in _PRIVATE_VERSIONS:
        return "extended-private-key"
    if len(body) == 39 and body[:2] in (b"\x01\x42", b"\x01\x43"):
        return "encrypted-private-key"
    is_wif = len(body) == 33 or (len(body) == 34 and body[-1] == 1)
    return "private-key" if is_wif and body[0] >= 0x80 else ""


def _hex_keys(text: str) -> Iterator[Finding]:
    for match in _HEX_KEY.finditer(text):
        if speaks_of_key(text, match.start(), match.end()):
            yield Finding(kind="private-key", start=match.start(), end=match.end())


def speaks_of_key(text: str, start: int, end: int) -> bool:
    """Whether the words around a place call what stands there a private key."""
    return _KEY_WORDS.search(text[max(start - NEAR_CHARACTERS, 0) : end + NEAR_CHARACTERS]) is not None


@cache
def _words(language: str) -> dict[str, int]:
    """A BIP-39 list as numbers by word, read from the data files of ``mnemonic`` without importing it (1 ms, once)."""
    package = find_spec("mnemonic")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("mnemonic")
    lines = (Path(package.origin).parent / "wordlist" / f"{language}.txt").read_text(encoding="utf-8")
    return {unicodedata.normalize("NFC", word): number for number, word in enumerate(lines.split())}
