"""Writing a draft in the author's own editor: $VISUAL, then $EDITOR, on a file nobody else can read."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from console.i18n import gettext as _

MAX_BYTES = 1_000_000
_FALLBACKS = ("nano", "vi")


class EditorError(Exception):
    """The editor did not give a text back; ``sentence`` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def editor_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The program and its arguments. Raises :class:`EditorError` when there is none."""
    named = environ.get("VISUAL") or environ.get("EDITOR")
    try:
        words = shlex.split(named) if named else []
    except ValueError:
        raise EditorError(_("$EDITOR cannot be read: {command}").format(command=named)) from None
    for program in words[:1] or _FALLBACKS:
        if shutil.which(program):
            return words or [program]
    if words:
        raise EditorError(_("The editor {program} was not found; set $EDITOR.").format(program=words[0]))
    raise EditorError(_("No editor is set; set $EDITOR."))


def edit(text: str, command: list[str]) -> str:
    """``text`` as the author left it. Blocks until the editor ends; the terminal must be free. Raises
    :class:`EditorError`; the caller still has the old text then."""
    with tempfile.TemporaryDirectory(prefix="agent-console-") as folder:
        path = Path(folder) / "draft.txt"
        path.touch(mode=0o600)
        path.write_text(text, "utf-8")
        try:
            ended = subprocess.run([*command, str(path)], check=False)  # the author's own editor
        except OSError as error:
            raise EditorError(
                _("The editor could not be started: {reason}.").format(reason=error.strerror or "")
            ) from None
        if ended.returncode != 0:
            raise EditorError(_("The editor ended with an error; the draft is as it was."))
        if path.stat().st_size > MAX_BYTES:
            raise EditorError(_("The text is larger than 1 MB; the draft is as it was."))
        return path.read_text("utf-8", errors="replace").removesuffix("\n")
