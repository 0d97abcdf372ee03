"""Words that say nothing about the matter: left out of ranking unless a query holds nothing else."""

import re

_ENGLISH = """
a about am an and any are as at be been but by can could did do does doing done for from get had has have he hello her
hi him his how i if in into is it its just let like me my no not of on or our out please s she should so some t than
thank thanks that the their them then there these they this those to too up us was we were what when where which who
whom whose why will with would you your
"""

_CHINESE = """
什么 甚么 怎么 怎样 怎么办 如何 为什么 为何 哪些 哪里 哪个 可以 能否 是否 多少 有没有 一个 这个 那个 请问 你好 您好 谢谢
麻烦 一下 的 了 吗 呢 吧 啊 我 你 您 他 是 在 和 与 或 有 谁
"""

ENGLISH = frozenset(_ENGLISH.split())
_CHINESE_STOP = re.compile("|".join(sorted(_CHINESE.split(), key=len, reverse=True)))


def content_of(run: str) -> list[str]:
    """The pieces of a run of Chinese characters between the words that say nothing; empty when it is only such."""
    return [piece for piece in _CHINESE_STOP.split(run) if piece]
