"""Keeps one draft in the replica while it is written: in order, off the event loop, never over another's text."""

import asyncio

from console.workplace import Workplace
from desk.rows import Draft


class DraftKeeper:
    """One slot of one lane. Saves wait for each other; a lost race goes on in the slot that was given instead."""

    def __init__(self, workplace: Workplace, lane: str, slot: str) -> None:
        self._workplace = workplace
        self._turn = asyncio.Lock()
        self.lane = lane
        self.slot = slot
        self.rev = 0

    def load(self) -> Draft | None:
        """The draft there is, to be gone on with."""
        draft = self._workplace.store.draft(self.lane, self.slot)
        self.rev = draft.rev if draft else 0
        return draft

    async def save(self, body: str, paths: tuple[str, ...] = ()) -> bool:
        """Save, or forget a draft that is empty again. True when another console's text stood there, and both are
        kept. Raises StoreError."""
        async with self._turn:
            store = self._workplace.store
            if not body.strip() and not paths:
                if self.rev and await asyncio.to_thread(store.drop_draft, self.lane, self.slot, self.rev):
                    self.rev = 0
                return False
            now = self._workplace.clock()
            draft = await asyncio.to_thread(
                store.save_draft, self.lane, self.slot, body, self.rev, now, attachments=paths
            )
            moved = draft.slot != self.slot
            self.slot, self.rev = draft.slot, draft.rev
            return moved

    @property
    def place(self) -> tuple[str, str]:
        """Lane and slot, as :meth:`Store.enqueue` wants them to clear the draft with the command's own commit."""
        return self.lane, self.slot

    def turn(self) -> asyncio.Lock:
        """Held while the draft becomes a command, so that no late save brings it back."""
        return self._turn
