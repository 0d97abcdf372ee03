"""The least there is to compare with: an app with one Static that shows a count; ``j`` counts on."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class OneWidget(App[None]):
    """One Static."""

    BINDINGS = [("j", "count", "Count")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """The Static."""
        self.counted = 0
        yield Static("rows 0", id="count")

    def action_count(self) -> None:
        """Show one more."""
        self.counted += 1
        self.query_one("#count", Static).update(f"rows {self.counted}")


if __name__ == "__main__":
    OneWidget().run()
