"""Style sheets: ``console.tcss`` and ``desk.tcss`` are read for the first frame, the others when first needed."""

from pathlib import Path

from textual.app import App

FOLDER = Path(__file__).parent
FIRST_FRAME = (FOLDER / "console.tcss",)
"""Every rule read before the first frame delays it."""


def use_style(app: App[object], name: str) -> None:
    """Read ``name`` (such as ``composer.tcss``) before its widgets are mounted; once."""
    path = FOLDER / name
    location = (str(path), "")
    if location not in app.stylesheet.source:
        app.stylesheet.add_source(path.read_text(encoding="utf-8"), read_from=location)
