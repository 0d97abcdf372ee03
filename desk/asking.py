"""The ways in which a text asks somebody to hand over a secret, in English and Chinese, as patterns on one clause.

A pattern needs three parts close together: a verb of handing over, somebody's secret, and for less personal wordings
a recipient (“to us”, 给我). Speaking of a secret, using one in an app, or sending one to the customer is none of these.
Gaps are counted in words, so that a clause costs linear time.
"""

import re

_SECRETS_EN = {
    "seed-request": (
        r"(?:seed|recovery|back-?up|secret|mnemonic|wallet)[\s-]+(?:recovery\s+|seed\s+|back-?up\s+)?(?:phrases?|words?)"
        r"|(?:12|24|twelve|twenty[\s-]four)[\s-]+(?:(?:recovery|secret|seed)\s+)?words?(?:\s+(?:seed|recovery|phrase))*"
        r"|mnemonics?|seeds?(?!\s+\w*(?:round|funding|data))"
    ),
    "key-request": r"(?:private|secret|signing)\s+keys?|xprv|keystore(?:\s+files?)?|wallet\.dat",
    "password-request": (
        r"(?:pass\s?words?|passphrases?|passcodes?|pins?(?:\s+codes?)?)"
        r"(?!\s*(?:reset|manager|page|field|link|policy|change|recovery|protect|box|prompt|number\s+pad))"
    ),
    "code-request": (
        r"(?:2fa|two[\s-]factor|mfa|otp|one[\s-]time|verification|authenticat(?:or|ion)|security|sms|google|back-?up)"
        r"[\s-]*(?:auth\w*\s+)?(?:codes?|passwords?|pins?)|otps?|totp\s+secrets?"
    ),
}
_SECRETS_ZH = {
    "seed-request": (
        r"助记词|助記詞|助记符|恢复短语|恢复词|种子短语|种子词|(?:十二|二十四|12|24)\s*个?\s*(?:英文|助记|恢复)?单?词"
    ),
    "key-request": r"私钥|私鑰|密钥文件|钥匙文件|keystore",
    "password-request": r"(?:密码|密碼|口令)(?!学|學|管理|重置|框|页|错误|强度|保护)",
    "code-request": r"验证码|驗證碼|动态码|校验码",
}

_VERB = (
    r"\b(?:send|share|tell|give|provide|forward|e-?mail|dm|text|post|submit|disclose|reveal|show|upload|attach|supply"
    r"|(?:reply|respond)(?:\s+to\s+\w+)?(?:\s+\w+){0,2}?\s+with|let\s+(?:me|us)\s+(?:know|have|see)"
    r"|(?:please|kindly|(?:could|can|would)\s+you)\s+(?:confirm|verify)"
    r"|(?:i|we)(?:['’]ll|\s+will|\s+do|\s+would|\s+also){0,2}\s+(?:need|require))\b"
)
_TO_US = r"(?:\s+(?:me|us|support|our\s+team))"
_COPY = (
    r"(?:\s+(?:over|back|along|again|also|just))?"
    r"(?:\s+(?:a|the)\s+(?:\w+\s+){0,3}?(?:photo|picture|screenshot|copy|scan|words?|digits?|characters?|part|half)\s+of)?"
)
_GAP = (
    r"(?:(?!(?:to|for|of|between|with|by|how|where|when|about|whether|if|from|on|in|is|are|was|using|via|you)\b)"
    r"[\w'’,/&()-]+\s+){0,8}?"
)
_AFTER_TO_US = (
    r"\s+(?:over\s+|back\s+)?"
    r"(?:(?:to|with)\s+(?:me|us|support|our\s+team)|here|below|in\s+this\s+(?:chat|ticket|e-?mail))\b"
)
_ELSEWHERE = (
    r"(?!\s+(?:on|in|into|at|inside|to)\s+(?:the|your|our)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:app|site|website|page|wallet|device|extension|settings?|screen)\b)"
)
_ENTER = r"\b(?:enter|type|paste|write|put|drop|input|fill\s+in|import)\b"
_ENTER_HERE = (
    r"\s+(?:\w+\s+){0,2}?(?:here|below|(?:at|on)\s+https?:"
    r"|(?:in|into|on|at|through|via)\s+(?:this|the\s+following)\s+(?:chat|ticket|e-?mail|form|link|page|site))"
)

_GIVE_ME = (
    r"(?:告诉|告知|发给|发送给|发到|提供给|回复给|传给|交给|报给|给)(?:我|客服|这边|一下)"
    r"|发我|发过来|报一下|说一下|发一下|提供一下"
)
_GIVE = r"(?:发送|提供|告知|告诉|回复|提交|上传|出示|透露|给出|发来|传来|截图)"
_NOT_BREAK = r"[^，。,；了]"
_HERE_ZH = r"(?:这里|此处|下面|下方|链接|对话|聊天|表单|工单|邮件)"
_ENTER_ZH = r"(?:输入|填写|填入|写在|粘贴|写下)"


def _ways_en(secret: str) -> tuple[str, ...]:
    noun = rf"\b(?:{secret})(?![\w-])"
    return (
        rf"{_VERB}{_TO_US}?{_COPY}\s+(?:all\s+|both\s+)?(?:your|ur|his|her|their)\s+{_GAP}{noun}{_ELSEWHERE}",
        rf"{_VERB}{_TO_US}{_COPY}\s+(?:(?:the|all|both|those|that|these)\s+)*{_GAP}{noun}",
        rf"{_VERB}{_COPY}\s+(?:(?:the|all|both|those|that|these)\s+)+{_GAP}{noun}{_AFTER_TO_US}",
        rf"\bwhat(?:['’]?s|\s+is|\s+are|\s+was|\s+were)\s+your\s+{_GAP}{noun}",
        rf"{_ENTER}\s+(?:(?:the|all|your)\s+)*{_GAP}{noun}{_ENTER_HERE}",
        rf"{noun}\s+(?:must|should|needs?\s+to|has\s+to|have\s+to)\s+be\s+(?:sent|shared|provided|given)\b",
        rf"^\W*(?:your\s+)?{noun}[\s,]*(?:please|pls)\W*$",
        rf"^\W*(?:please|pls)[\s,]+(?:your\s+)?{noun}\W*$",
    )


def _ways_zh(secret: str) -> tuple[str, ...]:
    return (
        rf"(?:{_GIVE_ME}){_NOT_BREAK}{{0,12}}?(?:{secret})",
        rf"(?:{secret}){_NOT_BREAK}{{0,10}}?(?:{_GIVE_ME})",
        rf"{_GIVE}(?:一下)?{_NOT_BREAK}{{0,4}}?(?:您|你){_NOT_BREAK}{{0,14}}?(?:{secret})",
        rf"(?:请|麻烦|需要|需){_NOT_BREAK}{{0,6}}?(?:提供|告知|回复|上传|出示)(?:一下)?{_NOT_BREAK}{{0,14}}?(?:{secret})",
        rf"(?:把|将)(?:您|你)?{_NOT_BREAK}{{0,6}}?(?:{secret}){_NOT_BREAK}{{0,4}}?{_GIVE}",
        rf"(?:您|你)(?:的|们|钱包|账户|帐户|账号|登录|短信|谷歌|当前){{0,4}}(?:{secret}){_NOT_BREAK}{{0,2}}?(?:是什么|是啥|是多少|多少)",
        rf"(?:{secret})(?:是)?多少",
        rf"{_HERE_ZH}{_NOT_BREAK}{{0,8}}?{_ENTER_ZH}{_NOT_BREAK}{{0,10}}?(?:{secret})",
        rf"{_ENTER_ZH}{_NOT_BREAK}{{0,10}}?(?:{secret}){_NOT_BREAK}{{0,4}}?(?:在|到|于){_HERE_ZH}",
    )


WAYS_TO_ASK: dict[str, tuple[re.Pattern[str], ...]] = {
    kind: tuple(re.compile(way, re.IGNORECASE) for way in (*_ways_en(_SECRETS_EN[kind]), *_ways_zh(_SECRETS_ZH[kind])))
    for kind in _SECRETS_EN
}
"""Patterns by kind of finding."""

IN_EVERY_NAME = ("phrase", "word", "mnemonic", "seed", "key", "xprv", "wallet.dat", "pass", "pin", "code", "otp")
"""Each English name of a secret holds one of these: looking for them first costs 1 µs, where :data:`ANY_SECRET` costs
50. They are no substitute for it in a text that is not ASCII, where other letters may stand for these."""

ANY_SECRET = re.compile("|".join((*_SECRETS_EN.values(), *_SECRETS_ZH.values())), re.IGNORECASE)
"""Whether a text names any secret at all: most do not, and need no further look."""
