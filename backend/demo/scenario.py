"""What happens to customers: each scenario is a matter, told in two languages with many wordings of every step.

Files: ``scenarios/*.toml``, an array ``scenario`` each. A wording may hold ``{slots}`` and ``{choices|like this}``
(:mod:`backend.demo.phrase`) and `` // `` where a person in a chat would press Enter and go on in a new message.
"""

from functools import cache
from typing import Literal

import msgspec

from backend.demo.content import FOLDER
from desk.ids import TeamId
from desk.records import Severity

TransferKind = Literal["withdrawal", "deposit", "order", "none"]


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language of a scenario: alternatives for each step.

    ``open`` the first message, ``more`` what an unanswered customer adds, ``ask`` the agent's question, ``detail``
    the answer to it, ``note`` what the desk writes to itself, ``hold`` what is said while others work on it,
    ``answer`` the solution, ``back`` how it comes up again. The first ``ask``, ``detail``, ``note``, ``answer`` belong
    together, so do the second ones, and so on; a shorter list starts over.
    """

    subject: tuple[str, ...]
    open: tuple[str, ...]
    ask: tuple[str, ...]
    detail: tuple[str, ...]
    answer: tuple[str, ...]
    more: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    hold: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``article`` is the slug the bot suggests first; ``weight`` how often it happens; ``transfer`` the kind of
    movement it is about, of one of ``assets``, in one of ``states`` while unsolved."""

    id: str
    team: TeamId
    tags: tuple[str, ...]
    article: str
    en: Told
    zh: Told
    weight: int = 2
    transfer: TransferKind = "none"
    assets: tuple[str, ...] = ("USDT-TRON", "BTC", "ETH")
    states: tuple[str, ...] = ("pending",)
    settles: str = "completed"
    at_risk: bool = False
    severity: Severity = Severity.NORMAL


class Common(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Wordings that fit every matter, in one language."""

    hello: tuple[str, ...]
    bye: tuple[str, ...]
    more: tuple[str, ...]
    upset: tuple[str, ...]
    thanks: tuple[str, ...]
    back: tuple[str, ...]
    bot: tuple[str, ...]
    bot_plain: tuple[str, ...]
    note: tuple[str, ...]
    mention: tuple[str, ...]
    tried: tuple[str, ...]
    question: tuple[str, ...]
    identity: tuple[str, ...]
    guidance: tuple[str, ...]
    remind: tuple[str, ...]
    hold: tuple[str, ...]
    reassure: tuple[str, ...]
    customer_note: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scenario: tuple[Scenario, ...]


class _CommonFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    en: Common
    zh: Common


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All of them, in the order of the files' names."""
    return tuple(
        scenario
        for path in sorted((FOLDER / "scenarios").glob("*.toml"))
        for scenario in msgspec.toml.decode(path.read_bytes(), type=_File).scenario
    )


@cache
def common(lang: str) -> Common:
    """The wordings for every matter in ``zh`` or ``en``."""
    read = msgspec.toml.decode((FOLDER / "common.toml").read_bytes(), type=_CommonFile)
    return read.zh if lang == "zh" else read.en
