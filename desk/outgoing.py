"""What must not go out to a customer: a request for a secret, or a secret itself.

A support desk that asks for a recovery phrase is indistinguishable from a thief, so such a text is held. A warning
(“never share your recovery phrase”, 请勿泄露助记词) is what we want to send and must pass: a request counts only in a
clause without a negation, and not where it tells what a thief, or our own system, does.
"""

import re
from collections.abc import Iterator

from desk.wire import Finding

_CLAUSE = re.compile(
    r"[.!?;:]+(?=\s|$)|[。！？；：…\n]+"
    r"|,?\s+(?=(?:but|however|instead|otherwise|so\s+please)\b)"
    r"|,\s*(?=(?:and|so|then|please|kindly|just|now)\b)"
    r"|[，,、]?\s*(?=但|不过|然而|然后)|[，,]\s*(?=请|麻烦|您?只需|把|将)"
    r"|(?<=[，,])\s*",
    re.IGNORECASE,
)
"""Where one clause ends and another begins. The last way, any comma, counts after a condition only."""

_CONDITION = re.compile(
    r"\s*(?:so\s+|and\s+)?(?:if|when|since|as|because|once|while|after)\b|\s*(?:如果|若|要是|由于|因为|既然)", re.I
)

_IDIOM = re.compile(
    r"\b(?:no\s+(?:problem|worries)|not\s+a\s+problem|(?:do\s+not|don['’]?t)\s+(?:worry|hesitate)|not\s+to\s+worry|why\s+not"
    r"|(?:would|do)\s+not\s+mind|don['’]?t\s+mind)\b"
    r"|能不能|可不可以|可不可|是不是|要不要|好不好|行不行|方不方便|不好意思|不客气|不过|不然|不同|不久|不妨|不仅|不少|特别|分别|级别|识别",
    re.IGNORECASE,
)
"""What looks like a negation and is none."""

_NEGATION = re.compile(
    r"\b(?:never|not|\w+n['’]t|dont|doesnt|wont|cant|cannot|no|nobody|none|neither|nor|without|avoid|stop|refuse|beware"
    r"|scam\w*|phish\w*|fraud\w*|fake|thie(?:f|ves)|attackers?|imposters?|impostors?"
    r"|(?:some|any)(?:one|body)\s+(?:ask\w*|who|else|that|claim\w*|request\w*|want\w*))\b"
    r"|不|勿|别|切莫|莫要|绝无|从未|没有|没人|无需|无须|毋|禁止|避免|防止|谨防|警惕|当心|小心|诈骗|骗子|钓鱼|冒充|假冒|有人|任何人",
    re.IGNORECASE,
)

_TOLD_OF = re.compile(
    r"(?:\bwe|\bi|\bsystem|\bit|\bapp|['’]ll|\bwill|\bhave|\bhas|\bthey|\bto)\s+(?:\w+ly\s+)?$"
    r"|\b(?:if|when|once|whenever|where|before|after|unless)\s+you\s+(?:\w+\s+){0,2}$"
    r"|\b(?:ask|trick|persuad|convinc|lur|pressur)\w*\s+(?:you|users?|people|customers?|them)\s+(?:in)?to\s+$"
    r"|(?<!could\s)(?<!can\s)(?<!would\s)(?<!will\s)\byou\s+$"
    r"|(?:我们|系统|平台|将|会|已经?)(?:自动)?$|(?:如果|若|一旦|假如|万一)[^，。]{0,8}$",
    re.IGNORECASE,
)
"""What stands before a verb that tells of somebody handing over, and asks nobody to."""

_TO_US = re.compile(r"\b(?:me|us)\b|我|need|require", re.IGNORECASE)


def check_outgoing(text: str) -> tuple[Finding, ...]:
    """What must not go out, in the order of the text; empty when it may be sent."""
    from desk.key_material import find_key_material  # 12 ms, for those who send

    findings = [*find_key_material(text), *_requests(text)]
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.end)))


def _requests(text: str) -> Iterator[Finding]:
    from desk.asking import ANY_SECRET, IN_EVERY_NAME, WAYS_TO_ASK  # compiling them takes 20 ms, for those who send

    lowered = text.lower() if text.isascii() else ""
    if lowered and not any(part in lowered for part in IN_EVERY_NAME):
        return
    if not ANY_SECRET.search(text):
        return
    for start, clause in _clauses(text):
        if _NEGATION.search(_IDIOM.sub(lambda idiom: " " * len(idiom[0]), clause)):
            continue
        for kind, ways in WAYS_TO_ASK.items():
            asked = next((ask for way in ways for ask in way.finditer(clause) if not _is_told(clause, ask)), None)
            if asked:
                yield Finding(kind=kind, start=start + asked.start(), end=start + asked.end())


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """Every clause with its position."""
    start = 0
    for end in _CLAUSE.finditer(text):
        if not end[0].strip() and end.start() and text[end.start() - 1] in ",，" and not _CONDITION.match(text, start):
            continue
        if end.start() > start:
            yield start, text[start : end.start()]
        start = end.end()
    if start < len(text):
        yield start, text[start:]


def _is_told(clause: str, ask: re.Match[str]) -> bool:
    """Whether the words tell of handing over, instead of asking for it; with us as the recipient they always ask."""
    return _TO_US.search(ask[0]) is None and _TOLD_OF.search(clause[max(ask.start() - 40, 0) : ask.start()]) is not None
