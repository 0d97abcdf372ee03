"""What a stock table costs: a DataTable with 10,000 rows; ``k`` moves up, ``G`` to the end."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class TenThousandRows(App[None]):
    """One DataTable."""

    BINDINGS = [("k", "up", "Up"), ("G", "end", "End")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns("ref", "customer", "subject", "due")
        table.add_rows([(f"T-{n}", f"Customer {n}", "A withdrawal is pending", f"{n} min") for n in range(10_000)])

    def action_up(self) -> None:
        """Move up."""
        self.query_one(DataTable).action_cursor_up()

    def action_end(self) -> None:
        """Go to the end."""
        self.query_one(DataTable).move_cursor(row=9_999, animate=False)


if __name__ == "__main__":
    TenThousandRows().run()
