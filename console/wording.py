"""The desk's fixed words in the reader's language: statuses, channels, kinds and outcomes.

Records carry stable codes; this is the one place that turns them into words. A code nobody here knows (from a newer
backend) is shown as it is, cleaned.
"""

from collections.abc import Mapping

from console.i18n import gettext as _
from console.i18n import mark
from desk.text import clean_name

STATUS: Mapping[str, str] = {
    "new": mark("new"),
    "open": mark("open"),
    "waiting": mark("waiting"),
    "on_hold": mark("on hold"),
    "solved": mark("solved"),
    "closed": mark("closed"),
}
SEVERITY: Mapping[str, str] = {
    "low": mark("low"),
    "normal": mark("normal"),
    "high": mark("high"),
    "urgent": mark("urgent"),
    "emergency": mark("emergency"),
}
CHANNEL: Mapping[str, str] = {
    "email": mark("e-mail"),
    "chat": mark("web chat"),
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
}
CHANNEL_SHORT: Mapping[str, str] = {"email": "mail", "chat": "chat", "telegram": "tg", "whatsapp": "wa"}
"""Channels in at most 4 cells, for rows."""
CLOCK: Mapping[str, str] = {"first_reply": mark("first"), "next_reply": mark("next"), "resolve": mark("solve")}
ESCALATION_TIER: Mapping[str, str] = {"senior": mark("seniors"), "emergency": mark("emergency")}
ESCALATION_SHORT: Mapping[str, str] = {"senior": "T2", "emergency": "T3"}
"""Tiers as rows and the header show them; the first is the queue itself."""
ESCALATION_STATE: Mapping[str, str] = {
    "asked": mark("asked"),
    "accepted": mark("accepted"),
    "returned": mark("given back"),
    "solved": mark("solved"),
}
IDENTITY: Mapping[str, str] = {
    "passed": mark("passed"),
    "failed": mark("failed"),
    "not_done": mark("not done"),
    "not_needed": mark("not needed"),
}
"""Service clocks in one word, for rows."""
CLOCK_LONG: Mapping[str, str] = {
    "first_reply": mark("first reply"),
    "next_reply": mark("next reply"),
    "resolve": mark("resolution"),
}
TIER: Mapping[str, str] = {"standard": mark("standard"), "plus": "Plus", "vip": "VIP"}
TIER_MARK: Mapping[str, str] = {"standard": "", "plus": "PLUS", "vip": "VIP"}
"""The tier as rows show it; the standard one is not mentioned."""
ROLE: Mapping[str, str] = {
    "agent": mark("agent"),
    "senior": mark("senior"),
    "lead": mark("lead"),
    "admin": mark("admin"),
}
LANGUAGE: Mapping[str, str] = {"en": "English", "zh": "中文", "zh-CN": "简体中文", "zh-TW": "繁體中文"}
ACCOUNT_KIND: Mapping[str, str] = {"exchange": mark("exchange account"), "wallet": mark("wallet")}
ACCOUNT_STATUS: Mapping[str, str] = {
    "active": mark("active"),
    "frozen": mark("frozen"),
    "locked": mark("locked"),
    "closed": mark("closed"),
}
TRANSFER_KIND: Mapping[str, str] = {
    "withdrawal": mark("withdrawal"),
    "deposit": mark("deposit"),
    "order": mark("order"),
}
TRANSFER_STATUS: Mapping[str, str] = {
    "pending": mark("pending"),
    "confirming": mark("confirming"),
    "completed": mark("completed"),
    "failed": mark("failed"),
    "open": mark("open order"),
    "filled": mark("filled"),
    "cancelled": mark("cancelled"),
}
ARTICLE_STATE: Mapping[str, str] = {
    "draft": mark("draft"),
    "review": mark("in review"),
    "published": mark("published"),
    "retired": mark("retired"),
}
LINK: Mapping[str, str] = {
    "duplicate": mark("duplicate of"),
    "related": mark("related to"),
    "blocks": mark("blocks"),
    "blocked_by": mark("blocked by"),
    "incident": mark("same incident as"),
}
"""How one ticket stands to another; the other's reference follows."""
DUPLICATE_REASON: Mapping[str, str] = {
    "transaction": mark("the same transaction"),
    "text": mark("near-same text"),
    "customer": mark("the same customer, soon after"),
}
OFFLINE: Mapping[str, str] = {
    "Merge": mark("Merging needs the server; you are offline."),
    "Unmerge": mark("Taking a merge back needs the server; you are offline."),
    "Split": mark("Splitting needs the server; you are offline."),
    "LinkTickets": mark("Linking needs the server; you are offline."),
    "MergeCustomers": mark("Merging customers needs the server; you are offline."),
    "UnmergeCustomers": mark("Taking a merge back needs the server; you are offline."),
    "SaveTeam": mark("Automatic routing needs the server; you are offline."),
}
"""Why a command is not taken while offline, by the name of its type."""
COMMAND: Mapping[str, str] = {
    "merge": mark("merge"),
    "unmerge": mark("taking a merge back"),
    "split": mark("split"),
    "link": mark("link"),
    "duplicate_dismiss": mark("no duplicate"),
    "customer_save": mark("customer"),
    "customer_verify": mark("identity check"),
    "customer_merge": mark("merging customers"),
    "customer_unmerge": mark("taking apart customers"),
    "open": mark("new ticket"),
    "reply": mark("reply"),
    "note": mark("internal note"),
    "take": mark("take"),
    "assign": mark("assign"),
    "status": mark("status"),
    "snooze": mark("snooze"),
    "severity": mark("severity"),
    "tags": mark("tags"),
    "follow": mark("follow"),
    "team": mark("team"),
    "macro": mark("macro"),
    "macro_save": mark("writing a macro"),
    "macro_archive": mark("archiving a macro"),
    "procedure_save": mark("writing a procedure"),
    "procedure_answer": mark("step of a procedure"),
    "procedure_stop": mark("stopping a procedure"),
    "procedure": mark("procedure"),
    "customer_note": mark("customer note"),
    "article_save": mark("article draft"),
    "article_publish": mark("publish article"),
    "article_feedback": mark("article feedback"),
    "article_submit": mark("article for review"),
    "article_return": mark("returning an article"),
    "article_retire": mark("retiring an article"),
    "gap_report": mark("missing article"),
    "gap_close": mark("closing a gap"),
    "seen": mark("read mark"),
    "escalate": mark("escalation"),
    "escalation": mark("escalation"),
    "escalation_accept": mark("accepting an escalation"),
    "escalation_return": mark("giving an escalation back"),
    "follow_up": mark("follow-up"),
    "review": mark("reply for approval"),
    "review_ask": mark("reply for approval"),
    "review_decide": mark("decision about a reply"),
    "review_withdraw": mark("withdrawing a reply"),
}
SEND_STATE: Mapping[str, str] = {
    "queued": mark("queued"),
    "sending": mark("sending"),
    "acked": mark("accepted"),
    "done": mark("done"),
    "conflict": mark("the conversation moved on"),
    "rejected": mark("refused"),
    "held": mark("held back"),
    "stale": mark("waited too long"),
    "discarded": mark("discarded"),
}
FINDING: Mapping[str, str] = {
    "seed-request": mark("it asks for a recovery phrase"),
    "key-request": mark("it asks for a private key"),
    "password-request": mark("it asks for a password"),
    "code-request": mark("it asks for a one-time code"),
    "seed-phrase": mark("it contains a recovery phrase"),
    "private-key": mark("it contains a private key"),
    "extended-private-key": mark("it contains a private key"),
    "encrypted-private-key": mark("it contains a private key"),
}

SHARING: Mapping[str, str] = {"personal": mark("mine"), "team": mark("team"), "shared": mark("everybody")}
PROCEDURE_END: Mapping[str, str] = {
    "macro": mark("Enter: record it, and write with macro {name}"),
    "escalate-senior": mark("Enter: record it, and hand over to the seniors"),
    "escalate-emergency": mark("Enter: record it, and escalate as an EMERGENCY"),
    "note": mark("Enter: record it as a note"),
}
PROCEDURE_OUTCOME: Mapping[str, str] = {
    "macro": mark("macro {name}"),
    "escalate-senior": mark("to the seniors"),
    "escalate-emergency": mark("EMERGENCY"),
    "note": mark("a note"),
}
"""How a procedure ends, in an outline."""
PROCEDURE_TYPED: Mapping[str, str] = {
    "text": mark("a text"),
    "number": mark("a number"),
    "amount": mark("an amount"),
}
PROCEDURE_HINT: Mapping[str, str] = {
    "text": mark("type the answer, then Enter"),
    "number": mark("a number, then Enter"),
    "amount": mark("an amount and its coin, such as 12,400 USDT"),
}


def word(words: Mapping[str, str], code: str) -> str:
    """The word for ``code``; the cleaned code itself when it is unknown."""
    return _(words[code]) if code in words else clean_name(code)
