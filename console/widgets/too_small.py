"""What a window shows that is too small to show anything else."""

from rich.segment import Segment
from textual.strip import Strip

from console.i18n import gettext as _
from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.wrapping import wrap

LEAST_COLUMNS = 40
LEAST_ROWS = 9


class TooSmall(Bar):
    """One sentence, as much of it as there is room for."""

    def paint(self, width: int, inks: Inks) -> list[Strip]:
        """The sentence, wrapped."""
        words = _("Window too small: {columns}x{rows} is the least.").format(columns=LEAST_COLUMNS, rows=LEAST_ROWS)
        lines = wrap([(words, inks.text)], width)
        strips = [Strip([Segment(text, ink) for text, ink in line]) for line in lines]
        return [strip.adjust_cell_length(width, inks.text) for strip in strips]
