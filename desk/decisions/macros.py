"""Commands about macros: who may share what with whom, and texts that can be filled in."""

import re

from msgspec.structs import replace

from desk.commands import ArchiveMacro, SaveMacro
from desk.decisions.case import Case, Verdict
from desk.macros import may_use, mistake_in
from desk.outcome import Outcome, Refusal
from desk.permissions import may
from desk.records import Macro, Role, Sharing, Status
from desk.tags import MAX_TAGS, normalize_tag
from desk.templates import MAX_TEMPLATE
from desk.text import clean_name, clean_text

MAX_TITLE = 120
MAX_CONDITION = 500
_SHORTCUT = re.compile(r"\w[\w.-]{0,29}")
_LANG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


def save(case: Case, command: SaveMacro) -> Verdict:
    """Create or change a macro. Its texts are read as templates first: one that cannot be filled in is refused."""
    macro = case.view.macro
    if macro is not None and (macro.id != command.macro_id or not may_use(case.actor, macro)):
        return case.refuse("unknown-macro", "There is no such macro.")
    if not may(case.actor, command, macro):
        return case.refuse("not-allowed", "Macros that others use take a senior; keep it to yourself, or ask one.")
    wanted = _wanted(case, command, macro)
    refusal = _ill_formed(case, wanted) or _out_of_place(case, wanted)
    if refusal is not None:
        return refusal
    if (mistake := mistake_in(wanted.body, wanted.condition)) is not None:
        return case.refuse("bad-template", mistake.sentence(), mistake.code)
    if macro is not None and _moved_on(case, macro):
        return case.refuse("conflict", "Somebody else changed the macro first; look again.", "macro")
    if wanted == macro:
        return case.refuse("no-change", "The macro is like this already.")
    return Outcome(changes=(replace(wanted, v=wanted.v + 1, updated_at=case.now),))


def archive(case: Case, command: ArchiveMacro) -> Verdict:
    """Offer it no longer, or again."""
    macro = case.view.macro
    if macro is None or macro.id != command.macro_id or not may_use(case.actor, macro):
        return case.refuse("unknown-macro", "There is no such macro.")
    if not may(case.actor, command, macro):
        return case.refuse("not-allowed", "Macros that others use take a senior; ask one.")
    if macro.archived is command.on:
        return case.refuse("no-change", "The macro is that way already.")
    if _moved_on(case, macro):
        return case.refuse("conflict", "Somebody else changed the macro first; look again.", "macro")
    return Outcome(changes=(replace(macro, archived=command.on, v=macro.v + 1, updated_at=case.now),))


def _wanted(case: Case, command: SaveMacro, macro: Macro | None) -> Macro:
    """The macro as it would be, one version behind. One's own belongs to who saves it, any other to who wrote it."""
    new = macro is None or (command.sharing is Sharing.PERSONAL and macro.sharing is not Sharing.PERSONAL)
    before = macro or Macro(id=command.macro_id, v=0, shortcut="", title={})
    return replace(
        before,
        shortcut=clean_name(command.shortcut),
        title=_said({lang: clean_name(title, limit=MAX_TITLE + 1) for lang, title in command.title.items()}),
        body=_said({lang: clean_text(body).strip() for lang, body in command.body.items()}),
        status=command.status,
        severity=command.severity,
        team_id=command.team_id,
        add_tags=tuple(dict.fromkeys(map(normalize_tag, command.add_tags))),
        remove_tags=tuple(dict.fromkeys(map(normalize_tag, command.remove_tags))),
        condition=clean_name(command.condition, limit=MAX_CONDITION + 1),
        sharing=command.sharing,
        owner_id=case.actor.id if new else before.owner_id,
        shared_with=command.shared_with if command.sharing is Sharing.TEAM else None,
        needs_review=command.needs_review,
    )


def _said(texts: dict[str, str]) -> dict[str, str]:
    """The languages that have a text, in one order."""
    return {lang: text for lang, text in sorted(texts.items()) if text}


def _ill_formed(case: Case, macro: Macro) -> Refusal | None:
    if not _SHORTCUT.fullmatch(macro.shortcut):
        return case.refuse("bad-value", "A shortcut is one word of at most 30 letters, digits, dots and dashes.")
    if not macro.title:
        return case.refuse("empty", "A macro needs a title in one language at least.")
    if not all(_LANG.fullmatch(lang) for lang in (*macro.title, *macro.body)):
        return case.refuse("bad-value", "A language is written like en, zh or zh-TW.")
    if any(len(title) > MAX_TITLE for title in macro.title.values()):
        return case.refuse("too-long", f"A title has at most {MAX_TITLE} characters.")
    if any(len(body) > MAX_TEMPLATE for body in macro.body.values()) or len(macro.condition) > MAX_CONDITION:
        return case.refuse("too-long", f"A text has at most {MAX_TEMPLATE} characters, a condition {MAX_CONDITION}.")
    tags = (*macro.add_tags, *macro.remove_tags)
    if not all(tags) or len(tags) > MAX_TAGS:
        return case.refuse("bad-value", f"A macro names at most {MAX_TAGS} tags of one to forty characters.")
    if macro.status is Status.NEW:
        return case.refuse("bad-value", "A macro cannot make a ticket new; choose another status.")
    changes = (macro.status, macro.severity, macro.team_id)
    if not macro.body and not tags and all(change is None for change in changes):
        return case.refuse("empty", "Give the macro a text, or something to change.")
    return None


def _out_of_place(case: Case, macro: Macro) -> Refusal | None:
    """A team that is not there, or that the author is not in."""
    if not case.view.team_ok:
        return case.refuse("unknown-team", "There is no such team.")
    if macro.sharing is not Sharing.TEAM:
        return None
    if macro.shared_with is None:
        return case.refuse("bad-value", "Say which team shares the macro.")
    if case.actor.role is not Role.ADMIN and macro.shared_with not in case.actor.team_ids:
        return case.refuse("not-allowed", "You share macros with your own teams only.")
    return None


def _moved_on(case: Case, macro: Macro) -> bool:
    expected = case.envelope.expected_version
    return expected is not None and not case.envelope.on_top and macro.v > expected
