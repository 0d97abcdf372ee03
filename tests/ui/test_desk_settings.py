"""What settings change about the desk."""

from typing import Literal

import pytest

from console.app import ConsoleApp
from console.clock import frozen_clock
from console.settings import Settings
from console.store import Store


@pytest.mark.parametrize(("density", "lines"), [("two-line", 2), ("one-line", 1)])
async def test_the_density_says_how_many_lines_a_ticket_takes(
    seeded_store: Store, density: Literal["two-line", "one-line"], lines: int
) -> None:
    app = ConsoleApp(seeded_store, Settings(density=density), clock=frozen_clock(0))
    async with app.run_test(size=(120, 30)) as pilot:
        await app.settled()
        assert app.desk.queue.row_height == lines
        await pilot.press("D")
        assert app.desk.queue.row_height == 3 - lines
