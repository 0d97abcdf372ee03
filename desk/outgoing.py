"""What must not go out to a customer: a request for a secret, or a secret itself.

A support desk that asks for a recovery phrase is indistinguishable from a thief, so such a text is held. A warning
(“never share your recovery phrase”, 请勿泄露助记词) is what we want to send and must pass: a request counts only in a
clause without a negation, and only when something asks for the secret to be handed over, not where it speaks of one.
"""

import re

from desk.key_material import find_key_material
from desk.wire import Finding

__all__ = ["check_outgoing"]

_CLAUSE = re.compile(
    r"[.!?;:]+(?=\s|$)|[。！？；：…\n]+"
    r"|,?\s+(?=(?:but|however|instead|otherwise)\b)"
    r"|,\s*(?=(?:and|so|then|please|kindly|just|now)\b)"
    r"|[，,、]?\s*(?=但|不过|然而|然后)|[，,]\s*(?=请|麻烦|您?只需|把|将)",
    re.IGNORECASE,
)
"""Where one clause ends and another, with its own sense, begins."""

_NEGATION = re.compile(
    r"\b(?:never|not|don['’]?t|doesn['’]?t|do\s+not|won['’]?t|wouldn['’]?t|shouldn['’]?t|mustn['’]?t|cannot|can['’]?t|no|nobody|"
    r"no[\s-]?one|none|neither|nor|without|avoid|stop|refuse|beware|scam\w*|phish\w*|fraud\w*|fake|"
    r"if\s+(?:any|some)(?:one|body)|any(?:one|body)\s+(?:who|asking|that))\b"
    r"|不|勿|别(?!的|人|名)|切莫|莫要|绝无|从未|没有|没人|无需|无须|毋|禁止|避免|防止|谨防|警惕|当心|小心|诈骗|骗子|钓鱼|冒充|假冒|如果有人|任何人",
    re.IGNORECASE,
)

_SECRETS = {
    "seed-request": (
        r"(?:seed|recovery|backup|secret|mnemonic|wallet|(?:12|24|twelve|twenty[\s-]four)[\s-]?words?)[\s-]+"
        r"(?:recovery\s+|seed\s+|backup\s+)?(?:phrases?|words?)|mnemonics?|seed(?=\s*(?:$|[,)]|to\b|here\b|so\b|and\b|for\b|in\b))"
        r"|(?:12|24|twelve|twenty[\s-]four)[\s-]+(?:recovery\s+|secret\s+|seed\s+)?words",
        r"助记词|助記詞|助记符|恢复短语|恢复词|种子短语|种子词|[十12]+[二四个個]{1,3}单词|(?:12|24)\s*个(?:英文)?单?词",
    ),
    "key-request": (
        r"(?:private|secret|signing)\s+keys?|xprv|keystore(?:\s+files?)?|wallet\.dat",
        r"私钥|私鑰|密钥文件|钥匙文件|keystore",
    ),
    "password-request": (
        r"(?:pass\s?words?|passphrases?|passcodes?|pin(?:\s+codes?)?)"
        r"(?!\s*(?:reset|manager|page|field|link|policy|change|recovery|email|protect|box|prompt))",
        r"(?:登录|登陆|支付|资金|交易|钱包)?(?:密码|密碼|口令)(?!管理|重置|框|页|错误|强度)",
    ),
    "code-request": (
        r"(?:2fa|two[\s-]factor|mfa|otp|one[\s-]time|verification|authenticat(?:or|ion)|security|sms|google\s+auth\w*|backup)"
        r"\s*(?:codes?|passwords?|pins?|tokens?)|otp|totp\s+secret",
        r"(?:短信|邮箱|手机|谷歌|动态|两步|二次)?(?:验证码|驗證碼|动态码|校验码)",
    ),
}

_ASK_EN = (
    r"(?<!will\s)(?<!['’]ll\s)(?<!have\s)(?<!has\s)(?<!already\s)(?<!automatically\s)\b"
    r"(?:send|share|tell|give|provide|forward|e-?mail|dm|text|post|submit|disclose|reveal|show|upload|attach|supply|"
    r"(?:reply|respond)\s+(?:\w+\s+){0,3}?with|"
    r"let\s+(?:me|us)\s+(?:know|have)|what(?:['’]s|\s+is|\s+are|\s+was)|"
    r"(?:i|we)(?:['’]ll|\s+will|\s+do|\s+would)?\s+(?:also\s+)?need|(?:i|we)\s+require|(?:confirm|verify)(?=\s+(?:\w+\s+){0,2}?your)|"
    r"(?:screenshot|photo|picture|copy)\s+of)\b"
)
_YOUR = r"(?:your|ur|the|his|her|their|that|those|all|me|us)"
_HERE_EN = (
    r"(?:here|below|(?:to|with)\s+(?:me|us)|(?:in|into|through|via)\s+(?:this|the)\s+(?:chat|ticket|e-?mail|form|link))"
)
_ENTER_EN = r"\b(?:enter|type|paste|write|put|drop|input|fill\s+in|import)\b"
_ASK_ZH = r"(?:发给|发送|发来|发一下|发我|告诉|告知|提供|给我|给一下|回复|提交|上传|报一下|说一下|出示|透露|传给|发到|发过来|截图|拍照)"
_HERE_ZH = r"(?:这里|此处|下面|下方|链接|对话|聊天|表单|工单|邮件|客服)"
_ENTER_ZH = r"(?:输入|填写|填入|写在|粘贴|写下)"
_WHAT_ZH = r"(?:是什么|是多少|是啥|多少)"
_GIVEN_ZH = r"(?:我们|系统|平台|将|会|已)[^，。]{0,6}$"


def check_outgoing(text: str) -> tuple[Finding, ...]:
    """What must not go out, in the order of the text; empty when it may be sent."""
    findings = [*find_key_material(text), *_requests(text)]
    return tuple(sorted(findings, key=lambda finding: (finding.start, finding.end)))


def _requests(text: str) -> list[Finding]:
    if not _ANY_SECRET.search(text):
        return []
    found = []
    for start, clause in _clauses(text):
        if _NEGATION.search(clause):
            continue
        for kind, patterns in _PATTERNS.items():
            ask = next((match for pattern in patterns if (match := pattern.search(clause))), None)
            if ask and not _is_ours_to_give(clause, ask):
                found.append(Finding(kind=kind, start=start + ask.start(), end=start + ask.end()))
    return found


def _clauses(text: str) -> list[tuple[int, str]]:
    ends = [(match.start(), match.end()) for match in _CLAUSE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(stop for stop, _ in ends), len(text)]
    return [(start, text[start:stop]) for start, stop in zip(starts, stops, strict=True) if stop > start]


def _is_ours_to_give(clause: str, ask: re.Match[str]) -> bool:
    """“我们会发送验证码” and “we sent you a code” tell of what the customer gets from us."""
    return re.search(_GIVEN_ZH, clause[max(ask.start() - 12, 0) : ask.start()]) is not None


def _compiled(english: str, chinese: str) -> tuple[re.Pattern[str], ...]:
    """The ways to ask for one secret. Gaps are bounded, so a clause costs linear time."""
    ways = (
        rf"{_ASK_EN}[^\n]{{0,40}}?\b{_YOUR}\b[^\n]{{0,50}}?\b(?:{english})\b",
        rf"{_ENTER_EN}[^\n]{{0,40}}?\b(?:{english})\b[^\n]{{0,20}}?\b{_HERE_EN}",
        rf"\b(?:{english})\b[^\n]{{0,30}}?\b(?:must|should|needs?\s+to|has\s+to|have\s+to)\s+be\s+(?:sent|shared|provided|given|entered)",
        rf"^\W*(?:please[\s,]+)?(?:your\s+)?(?:{english})\s*(?:please|pls)?\s*$",
        rf"{_ASK_ZH}[^\n]{{0,16}}?(?:{chinese})",
        rf"(?:{chinese})[^\n]{{0,12}}?(?:{_ASK_ZH}|{_WHAT_ZH})",
        rf"(?:{_HERE_ZH}[^\n]{{0,12}}?{_ENTER_ZH}|{_ENTER_ZH}[^\n]{{0,6}}?{_HERE_ZH})[^\n]{{0,12}}?(?:{chinese})",
        rf"{_ENTER_ZH}[^\n]{{0,12}}?(?:{chinese})[^\n]{{0,6}}?(?:在|到|于){_HERE_ZH}",
    )
    return tuple(re.compile(way, re.IGNORECASE) for way in ways)


_PATTERNS = {kind: _compiled(*secret) for kind, secret in _SECRETS.items()}
_ANY_SECRET = re.compile("|".join(part for secret in _SECRETS.values() for part in secret), re.IGNORECASE)
