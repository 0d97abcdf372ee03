"""Until when a ticket may sleep: the usual choices, and what a person may type. Pure; local time."""

import re
from datetime import date, datetime, timedelta

from console.i18n import gettext as _
from console.screens.choices import Choice
from console.widgets.when import moment
from desk.ids import MS_PER_S, Instant

HOUR_MS = 3_600 * MS_PER_S
MORNING = 9
_SPAN = re.compile(r"(\d{1,4})\s*([mhdw])")
_UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
UNTIL_ANSWER = -1
WAKE = 0


def snooze_choices(now: Instant, *, asleep: bool) -> list[Choice[Instant]]:
    """Instants to sleep until; :data:`UNTIL_ANSWER` and :data:`WAKE` stand for themselves."""
    today = datetime.fromtimestamp(now / MS_PER_S)
    tomorrow = _morning(today.date() + timedelta(days=1))
    monday = _morning(today.date() + timedelta(days=7 - today.weekday()))
    instants = [
        (_("1 hour"), now + HOUR_MS),
        (_("3 hours"), now + 3 * HOUR_MS),
        (_("Tomorrow at 9:00"), tomorrow),
        (_("Monday at 9:00"), monday),
    ]
    choices = [Choice(at, label, moment(at, now)) for label, at in instants]
    choices.append(Choice(UNTIL_ANSWER, _("Until the customer answers")))
    if asleep:
        choices.insert(0, Choice(WAKE, _("Wake it now")))
    return choices


def parse_until(text: str, now: Instant) -> Instant | None:
    """The instant meant by ``3h``, ``2d``, ``14:30``, ``2026-12-01``, ``2026-12-01 14:30``; None: unclear, or past."""
    text = text.strip().lower()
    if span := _SPAN.fullmatch(text):
        return now + int(span[1]) * _UNITS[span[2]] * MS_PER_S
    today = datetime.fromtimestamp(now / MS_PER_S)
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M"):
        try:
            moment_ = datetime.strptime(text, form)
        except ValueError:
            continue
        if form == "%Y-%m-%d":
            moment_ = moment_.replace(hour=MORNING)
        if form == "%H:%M":
            moment_ = today.replace(hour=moment_.hour, minute=moment_.minute, second=0, microsecond=0)
            moment_ += timedelta(days=moment_ <= today)
        at = int(moment_.timestamp()) * MS_PER_S
        return at if at > now else None
    return None


def _morning(day: date) -> Instant:
    return int(datetime(day.year, day.month, day.day, MORNING).timestamp()) * MS_PER_S
