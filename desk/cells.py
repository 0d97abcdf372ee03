"""How wide a text is on a terminal, and cutting it to a width. The table is Rich's, which is also what Textual draws
with, so a label measured here is as wide as it is drawn."""

ELLIPSIS = "…"


def width(text: str) -> int:
    """Cells a text takes on one line."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # 14 ms, and already loaded where Textual is

    return cell_len(text)


def fit(text: str, cells: int) -> str:
    """The text in at most ``cells`` cells, cut between graphemes, with an ellipsis when something was cut off."""
    if cells <= 0:
        return ""
    if text.isascii():
        return text if len(text) <= cells else text[: cells - 1] + ELLIPSIS
    from rich.cells import cell_len, split_text  # 14 ms, and already loaded where Textual is

    if cell_len(text) <= cells:
        return text
    kept = split_text(text[: 16 * cells], cells - 1)[0].rstrip(" \u200d")
    return kept + ELLIPSIS
