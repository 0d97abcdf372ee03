"""Words for why a ticket should go to somebody, or can go to nobody: the codes of :class:`desk.fit.Ground`."""

from collections.abc import Iterable, Mapping

from console.i18n import gettext as _
from console.i18n import mark, ngettext
from console.widgets.when import clock_time
from desk.fit import Ground
from desk.text import SafeText, clean_name

_SENTENCES: Mapping[str, str] = {
    "unassigned": mark("nobody has it"),
    "away": mark("who has it is away"),
    "off_shift": mark("who has it is off shift"),
    "gone": mark("who has it is gone"),
    "over": mark("who has it is over capacity, {detail}"),
    "late": mark("it breaches where it is"),
    "language": mark("speaks {detail}"),
    "no_language": mark("does not speak {detail}"),
    "skill": mark("skill {detail}"),
    "room": mark("load {detail}"),
    "due": mark("due {detail}"),
    "chosen": mark("chosen by you"),
    "nobody_in_team": mark("the team {detail} has nobody"),
    "nobody_here": mark("nobody of the team {detail} is here now"),
    "nobody_senior": mark("it is escalated, and no senior of the team {detail} is here"),
    "nobody_free": mark("everybody of the team {detail} who is here has a full load"),
    "kept": mark("its owner accepted it and keeps it"),
}


def ground_words(ground: Ground, names: Mapping[str, str]) -> SafeText:
    """One ground in the reader's words; ``names`` words ids. An unknown code is shown as it is."""
    code, detail = ground.code, ground.detail
    if code == "known" and detail.isdecimal():
        words = ngettext("knows the customer ({n} ticket)", "knows the customer ({n} tickets)", int(detail))
        return clean_name(words.format(n=int(detail)))
    if code == "due" and detail.isdecimal():
        detail = clock_time(int(detail))
    elif code in ("over", "room"):
        detail = detail.replace(" ", " → ")
    elif code == "skill":
        detail = detail.replace(",", ", ")
    sentence = _SENTENCES.get(code)
    return clean_name(code if sentence is None else _(sentence).format(detail=names.get(detail, detail)))


def grounds_line(grounds: Iterable[Ground], names: Mapping[str, str]) -> SafeText:
    """All grounds in one line."""
    return clean_name(" · ".join(ground_words(ground, names) for ground in grounds), limit=400)


def told_grounds(told: str) -> list[Ground]:
    """The grounds of an event's value, ``code:detail`` with semicolons between."""
    pairs = (part.partition(":") for part in told.split(";") if part)
    return [Ground(code=code, detail=detail) for code, _colon, detail in pairs]
