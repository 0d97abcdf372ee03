"""The style sheets of widgets that are mounted on first use: read with the widget, not before the first frame."""

from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "styles"


def style_sheet(name: str) -> str:
    """The text of ``console/styles/<name>.tcss``, for a widget's ``DEFAULT_CSS``."""
    return (_FOLDER / f"{name}.tcss").read_text("utf-8")
