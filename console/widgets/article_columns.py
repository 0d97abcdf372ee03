"""The line above the list of articles: the names of its columns."""

from textual.reactive import reactive
from textual.strip import Strip

from console.widgets.article_list import heading_line
from console.widgets.bar import Bar
from console.widgets.inks import Inks


class ArticleColumns(Bar):
    """One line; ``gaps`` tells whether gaps are listed."""

    gaps: reactive[bool] = reactive(False, repaint=False)

    def watch_gaps(self) -> None:
        """Other columns."""
        self.changed()

    def paint(self, width_: int, inks: Inks) -> list[Strip]:
        """The names."""
        return [heading_line(width_, inks, gaps=self.gaps)]
