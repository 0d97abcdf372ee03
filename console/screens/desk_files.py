"""The part of the desk that saves what a customer attached: into the downloads folder, never opened by the console."""

import asyncio
from pathlib import Path

from textual import work

from console.client_errors import ClientError
from console.i18n import gettext as _
from console.screens.choices import Choice, Picked
from console.screens.desk_places import Places
from console.widgets.attachment_list import size_label
from desk.records import Attachment

_LINES_LOOKED_AT = 500


class Saving(Places):
    """Choose an attachment of the shown conversation, newest first, and save it."""

    def action_save_file(self) -> None:
        """Offer the files; a single one is saved at once."""
        files = self._files()
        if not files:
            self.say(_("This conversation has no attachments."), "warning")
        elif len(files) == 1:
            self._save(files[0])
        else:
            from console.screens.picker import Picker

            offers = [Choice(file, file.name, f"{size_label(file.size_bytes)} · {file.media_type}") for file in files]
            self.app.push_screen(Picker(_("Save an attachment"), offers), self._picked)

    def _files(self) -> list[Attachment]:
        """What is attached to the last lines, newest first, each once."""
        if self.shown_id is None:
            return []
        thread = self.store.thread(self.shown_id)
        first = max(0, thread.count() - _LINES_LOOKED_AT)
        lines = reversed(thread.window(first, _LINES_LOOKED_AT))
        return list(dict.fromkeys(file for line in lines for file in line.message.attachments))

    def _picked(self, picked: Picked[Attachment] | None) -> None:
        """Save those chosen."""
        for file in picked.values if picked else ():
            self._save(file)

    @work(exit_on_error=False, group="save-file")
    async def _save(self, file: Attachment) -> None:
        """Fetch it if it is not here, and say where it is."""
        from console.sync.files import safe_name

        engine = self.workplace.engine
        if engine is None:
            self.say(_("This needs the backend, and this console is not connected."), "warning")
            return
        name = safe_name(file.name)
        self.say(_("Saving {name} …").format(name=name))
        try:
            folder = await asyncio.to_thread(_downloads)
            path = await asyncio.wrap_future(engine.save(file, folder / name))
        except ClientError as error:
            self.say(error.sentence, "warning")
        except OSError as error:
            self.say(_("{name} cannot be saved: {reason}.").format(name=name, reason=error.strerror or ""), "warning")
        else:
            self.say(_("Saved as {path}.").format(path=path), "done")


def _downloads() -> Path:
    """Where the system keeps downloads."""
    import platformdirs  # 20 ms; not needed before somebody saves a file

    folder = platformdirs.user_downloads_path()
    folder.mkdir(parents=True, exist_ok=True)
    return folder
