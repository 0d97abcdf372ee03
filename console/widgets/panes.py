"""The containers of the desk. They paint nothing themselves, so that a key does not pay for what lies under a list."""

from textual.containers import Horizontal, Vertical
from textual.strip import Strip

from console.widgets.bar import Bar
from console.widgets.inks import Inks
from console.widgets.line import Line


class PaneRow(Horizontal):
    """Panes beside each other. Blank: its children cover it."""

    BLANK = True


class PaneColumn(Vertical):
    """Widgets under each other. Blank, as above."""

    BLANK = True


class Divider(Bar):
    """The line between two panes."""

    def paint(self, width: int, inks: Inks) -> list[Strip]:
        """As high as the panes."""
        return [Line(width).add("│", inks.faint).strip(inks.faint)] * self.size.height
