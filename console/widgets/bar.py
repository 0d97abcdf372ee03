"""The base of the widgets that are a few painted lines: painted once, handed out until something in them changes."""

from abc import abstractmethod

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from console.widgets.inks import InkPot, Inks


class Bar(Widget):
    """Some painted lines. No border, padding or line filter; the style sheet gives the height."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Strip] | None = None
        self._painted_width = 0
        self._ink_pot = InkPot()

    @abstractmethod
    def paint(self, width: int, inks: Inks) -> list[Strip]:
        """The lines, each exactly ``width`` cells."""

    def changed(self) -> None:
        """Paint anew, because something shown here changed."""
        self._lines = None
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines, painted when they have to be."""
        inks, other_inks = self._ink_pot.inks(self.app)
        width, height = self.size
        if self._lines is None or other_inks or self._painted_width != width or len(self._lines) != height:
            lines = self.paint(width, inks)[:height]
            self._lines = lines + [Strip.blank(width, inks.text)] * (height - len(lines))
            self._painted_width = width
        if crop.size == self.size:
            return self._lines
        x, right = crop.column_span
        return [line.crop(x, right) for line in self._lines[crop.y : crop.bottom]]

    def render_line(self, y: int) -> Strip:
        """One line."""
        return self.render_lines(Region(0, 0, *self.size))[y]
