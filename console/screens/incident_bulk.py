"""A bulk that says something of its incident too: what its customers are told, or that it is over."""

import asyncio
from collections.abc import Sequence

from console.bulk import BulkPlan
from console.screens.bulk import BulkScreen
from console.workplace import Workplace
from desk.commands import Envelope


class IncidentBulk(BulkScreen):
    """The commands about the incident become durable first, in the moment the plan is applied and only then: whoever
    thinks better of the preview has said nothing. ``draft`` is what they were written from."""

    def __init__(
        self, workplace: Workplace, plan: BulkPlan, first: Sequence[Envelope], draft: tuple[str, str] | None = None
    ) -> None:
        super().__init__(workplace, plan)
        self._first = list(first)
        self._draft = draft

    async def _apply(self) -> None:
        """Say it of the incident, then of its tickets; what takes the plan back says nothing more."""
        while self._first:
            await asyncio.to_thread(self.workplace.store.enqueue, self._first[0], clear_draft=self._draft)
            del self._first[0]
            self._draft = None
        await super()._apply()
