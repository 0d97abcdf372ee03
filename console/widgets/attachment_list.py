"""The files that will go out with a draft: name, size, sniffed type, and how far each has been read."""

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from console.i18n import gettext as _
from desk.records import Attachment
from desk.text import clean_text, truncate

_NAME_CELLS = 40
_KB = 1024


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """One file: ``attachment`` once it has been read whole, ``done`` of ``total`` bytes before, ``error`` when it
    cannot be attached."""

    path: str
    name: str
    done: int = 0
    total: int = 0
    attachment: Attachment | None = None
    error: str = ""


class AttachmentList(Static):
    """One line a file; nothing when there is none."""

    lines: reactive[tuple[AttachmentLine, ...]] = reactive((), layout=True)

    def watch_lines(self, lines: tuple[AttachmentLine, ...]) -> None:
        """Take no room without files."""
        self.display = bool(lines)

    def render(self) -> Content:
        """A numbered line for each file."""
        return Content("\n").join(Content(f"{i}. ") + _describe(line) for i, line in enumerate(self.lines, 1))


def size_label(size_bytes: int) -> str:
    """``size_bytes`` for reading: ``812 B``, ``4.0 kB``, ``2.5 MB``."""
    if size_bytes < _KB:
        return f"{size_bytes} B"
    if size_bytes < _KB * _KB:
        return f"{size_bytes / _KB:.1f} kB"
    return f"{size_bytes / _KB / _KB:.1f} MB"


def _describe(line: AttachmentLine) -> Content:
    """Name and state of one file, in words."""
    name = truncate(clean_text(line.name, newlines=False), _NAME_CELLS)
    if line.error:
        return Content(f"{name} · ") + Content.styled(clean_text(line.error, newlines=False), "bold")
    if line.attachment:
        return Content(f"{name} · {size_label(line.attachment.size_bytes)} · {line.attachment.media_type}")
    percent = 100 * line.done // line.total if line.total else 0
    return Content(f"{name} · ") + Content(_("on its way, {percent} %").format(percent=percent))
