"""What a query asks for, and whether a text begins like an answer to it."""

import re

from msgspec import Struct

_YES_OR_NO = re.compile(
    r"^(?:can|could|is|are|am|do|does|did|will|would|should|has|have|was|were)\b|吗|能否|是否|可否|有无|能不能|可不可以"
)
_ASKING = re.compile(
    r"^(?:what|why|who|when|where|which|how (?:do|does|can|is|are|much|many|long))\b|[?]"
    r"|什么|甚么|如何|怎么|怎样|为何|谁|哪"
)
_DEFINING = re.compile(
    r"^what(?:'s| is| are)(?: an?| the)? (?P<en>.+?)\W*$|^(?:什么是|甚么是|何谓)\W*(?P<zh>.+?)\W*$"
    r"|^(?P<ask>.+?)\s*(?:是什么|是甚么|是什么意思|指什么)\W*$"
)
_ANSWERS_YES_OR_NO = re.compile(r"\W*(?:(?:yes|no|not)\b|是的|是。|不是|没有|不能|不会|不,|可以|能|会|当然|否)")
_IS = re.compile(r"\W*(?:\([^()]*\)\W*)?(?:(?:is|are|was|were|refers|means|stands)\b|是|指|就是|为)")
_ANSWERS = (
    (
        re.compile(r"^why\b|为什么|为何|为甚么"),
        re.compile(
            r"\b(?:because|since|due to|reason|in order to|so that|otherwise)\b|因为|由于|原因|所以|因此|为了|否则"
        ),
    ),
    (
        re.compile(r"^(?:how (?:much|many|long|often)|when)\b|多少|多久|多大|多长|何时|什么时候"),
        re.compile(r"\d"),
    ),
    (
        re.compile(r"^how (?:do|can|to|should)\b|如何|怎么|怎样"),
        re.compile(
            r"\b(?:click|select|open|choose|go to|you can|use|by|first|enter|run|type|press)\b"
            r"|点击|选择|打开|通过|使用|可以|首先|输入|运行|只需"
        ),
    ),
    (
        re.compile(r"^where\b|哪里|何处|在哪"),
        re.compile(r"\b(?:folder|directory|located|found|page|menu)\b|目录|文件夹|位于|页面|菜单"),
    ),
    (
        re.compile(r"^what (?:if|happens)\b|怎么办|会怎样|会发生"),
        re.compile(r"\b(?:if|then|will|would)\b|如果|会|将"),
    ),
)
"""How an answer to a kind of question usually reads."""

_YES_OR_NO_BONUS = 0.15
_SUBJECT_BONUS = 0.2
_DEFINITION_BONUS = 0.6
_ANSWER_BONUS = 0.2
_SUBJECT_WITHIN = 40


class Asked(Struct, frozen=True):
    """What a query asks for. ``subject`` is what a definition is asked of; ``answers`` are patterns of answers."""

    question: bool = False
    yes_or_no: bool = False
    subject: str = ""
    answers: tuple[re.Pattern[str], ...] = ()


def read_question(folded: str) -> Asked:
    """What a folded query, its spaces single, asks for."""
    defined = _DEFINING.match(folded)
    yes_or_no = _YES_OR_NO.search(folded) is not None
    return Asked(
        question=yes_or_no or _ASKING.search(folded) is not None,
        yes_or_no=yes_or_no,
        subject=next(filter(None, defined.groups())) if defined else "",
        answers=tuple(answer for question, answer in _ANSWERS if question.search(folded)),
    )


def answer_bonus(asked: Asked, opening: str) -> float:
    """The share of its score that a text gains for beginning (folded) like an answer."""
    bonus = 0.0
    if asked.yes_or_no and _ANSWERS_YES_OR_NO.match(opening):
        bonus += _YES_OR_NO_BONUS
    if any(answer.search(opening) for answer in asked.answers):
        bonus += _ANSWER_BONUS
    if asked.subject and 0 <= (at := opening.find(asked.subject)) < _SUBJECT_WITHIN:
        bonus += _DEFINITION_BONUS if _IS.match(opening, at + len(asked.subject)) else _SUBJECT_BONUS
    return bonus
