"""The author's own editor: given the draft, giving it back, and never losing it."""

import stat
import sys
from pathlib import Path

import pytest

from console.screens.external_editor import EditorError, edit, editor_command


def script(folder: Path, body: str) -> list[str]:
    path = folder / "editor.py"
    path.write_text(f"import os, sys, pathlib\nfile = pathlib.Path(sys.argv[1])\n{body}\n", "utf-8")
    return [sys.executable, str(path)]


def test_the_text_comes_back_changed(tmp_path: Path) -> None:
    command = script(tmp_path, "file.write_text(file.read_text('utf-8') + '，谢谢\\n', 'utf-8')")
    assert edit("您好", command) == "您好，谢谢"


def test_nobody_else_can_read_the_file_and_it_is_gone_afterwards(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    command = script(tmp_path, f"pathlib.Path({str(seen)!r}).write_text(f'{{os.stat(file).st_mode}} {{file}}')")
    edit("secret", command)
    mode, path = seen.read_text().split(" ", 1)
    assert stat.S_IMODE(int(mode)) == 0o600
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("body", "said"),
    [("sys.exit(3)", "error"), ("file.write_bytes(b'x' * 1_000_001)", "1 MB")],
)
def test_a_failure_is_a_sentence(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(EditorError) as caught:
        edit("text", script(tmp_path, body))
    assert said in caught.value.sentence


def test_bytes_that_are_no_text_do_not_break_it(tmp_path: Path) -> None:
    assert "�" in edit("x", script(tmp_path, "file.write_bytes(b'\\xff\\xfe ok')"))


def test_visual_wins_over_editor_and_may_have_arguments() -> None:
    python = sys.executable
    assert editor_command({"VISUAL": f"{python} -u", "EDITOR": "other"}) == [python, "-u"]


def test_an_editor_that_is_not_there_is_named() -> None:
    with pytest.raises(EditorError) as caught:
        editor_command({"EDITOR": "no-such-editor-here"})
    assert "no-such-editor-here" in caught.value.sentence
    with pytest.raises(EditorError):
        editor_command({"EDITOR": "'unbalanced"})
