"""The part of the composer's dock that takes files in and shows how far each is."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from textual import on, work
from textual.containers import Vertical
from textual.message import Message

from console.widgets.attachment_list import AttachmentLine
from console.widgets.composer import Composer
from console.workplace import Workplace
from desk.records import Attachment
from desk.text import clean_name


class TakingFiles(Vertical):
    """Copies a file beside the replica and describes it; with an engine, it goes to the backend at once."""

    @dataclass
    class FileProgress(Message):
        """A file is on its way; sent from the engine's thread."""

        composer: Composer
        path: str
        done: int
        total: int

    def __init__(self, workplace: Workplace, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._workplace = workplace

    @on(Composer.AttachRequested)
    def _on_attach(self, event: Composer.AttachRequested) -> None:
        """Take the file in."""
        event.stop()
        self.take_in(event.composer, event.path)

    def take_in(self, composer: Composer, typed: str) -> None:
        """Show a line for the file at this path, and read it in a thread."""
        path = Path(typed).expanduser().absolute()
        if all(line.path != str(path) for line in composer.files):
            composer.files = (*composer.files, AttachmentLine(str(path), clean_name(path.name)))
            self._take_in(composer, path)

    @work(exit_on_error=False, group="files")
    async def _take_in(self, composer: Composer, path: Path) -> None:
        """Copy the file beside the replica; its line says what became of it."""
        from console.sync.files import CannotAttach

        name = clean_name(path.name)
        try:
            taken = await self._taken(composer, path)
            line = AttachmentLine(str(path), name, attachment=taken)
        except CannotAttach as error:
            line = AttachmentLine(str(path), name, error=error.sentence)
        composer.files = tuple(line if old.path == line.path else old for old in composer.files)
        composer.save_soon()

    async def _taken(self, composer: Composer, path: Path) -> Attachment:
        """Through the engine it is on its way to the backend at once; without one it waits beside the replica."""
        engine = self._workplace.engine
        if engine is None:
            from console.sync.files import Files  # not needed before somebody attaches something

            return await asyncio.to_thread(Files(self._workplace.store.path).take_in, path)

        def progress(done: int, total: int) -> None:
            self.post_message(self.FileProgress(composer, str(path), done, total))

        return await asyncio.wrap_future(engine.attach(path, progress))

    @on(FileProgress)
    def _on_file_progress(self, event: FileProgress) -> None:
        """Show how far a file is."""
        event.stop()
        event.composer.files = tuple(
            replace(line, done=event.done, total=event.total) if line.path == event.path else line
            for line in event.composer.files
        )
