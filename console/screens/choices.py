"""What a picker is given and what it returns. Apart from the picker, which is imported when one is wanted."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Choice(Generic[V]):
    """One offer: its value, its label, and a quieter word beside it."""

    value: V = field(hash=False)
    label: str
    detail: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Picked(Generic[V]):
    """What was chosen: the values, and the text typed when ``free`` text was taken."""

    values: tuple[V, ...] = ()
    typed: str = ""
