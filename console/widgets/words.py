"""The desk's fixed values as people read them: statuses, severities, channels, clocks, tiers. Looked up when shown."""

from collections.abc import Mapping

from console.i18n import gettext as _
from console.i18n import mark
from desk.records import Channel, ClockName, Role, Severity, Status, Tier

_STATUS: Mapping[Status, str] = {
    Status.NEW: mark("new"),
    Status.OPEN: mark("open"),
    Status.WAITING: mark("waiting"),
    Status.ON_HOLD: mark("on hold"),
    Status.SOLVED: mark("solved"),
    Status.CLOSED: mark("closed"),
}
_SEVERITY: Mapping[Severity, str] = {
    Severity.LOW: mark("low"),
    Severity.NORMAL: mark("normal"),
    Severity.HIGH: mark("high"),
    Severity.URGENT: mark("urgent"),
    Severity.EMERGENCY: mark("emergency"),
}
_CHANNEL: Mapping[Channel, str] = {
    Channel.EMAIL: mark("e-mail"),
    Channel.CHAT: mark("chat"),
    Channel.TELEGRAM: mark("telegram"),
    Channel.WHATSAPP: mark("whatsapp"),
}
_CLOCK: Mapping[ClockName, str] = {
    ClockName.FIRST_REPLY: mark("first"),
    ClockName.NEXT_REPLY: mark("next"),
    ClockName.RESOLVE: mark("solve"),
}
_CLOCK_LONG: Mapping[ClockName, str] = {
    ClockName.FIRST_REPLY: mark("first reply"),
    ClockName.NEXT_REPLY: mark("next reply"),
    ClockName.RESOLVE: mark("resolution"),
}
_ROLE: Mapping[Role, str] = {
    Role.AGENT: mark("agent"),
    Role.SENIOR: mark("senior"),
    Role.LEAD: mark("lead"),
    Role.ADMIN: mark("admin"),
}
CHANNEL_SHORT: Mapping[Channel, str] = {
    Channel.EMAIL: "mail",
    Channel.CHAT: "chat",
    Channel.TELEGRAM: "tg",
    Channel.WHATSAPP: "wa",
}
"""Channels in at most 4 cells, for rows."""
TIER: Mapping[Tier, str] = {Tier.STANDARD: "", Tier.PLUS: "PLUS", Tier.VIP: "VIP"}
"""The tier as rows show it; the standard one is not mentioned."""


def status_word(status: Status) -> str:
    """A status."""
    return _(_STATUS[status])


def severity_word(severity: Severity) -> str:
    """A severity."""
    return _(_SEVERITY[severity])


def channel_word(channel: Channel) -> str:
    """A channel."""
    return _(_CHANNEL[channel])


def clock_word(clock: ClockName, *, long: bool = False) -> str:
    """A service clock, in one word or in two."""
    return _((_CLOCK_LONG if long else _CLOCK)[clock])


def role_word(role: Role) -> str:
    """A role."""
    return _(_ROLE[role])
