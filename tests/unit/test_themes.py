"""Which theme a console begins with, from what is wanted and what the terminal says of itself."""

import pytest
from textual.theme import Theme

from console.cli import run
from console.themes import DARK, LIGHT, SIXTEEN, theme_for

DEEP = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environment", "wanted", "theme"),
    [
        ({}, "light", LIGHT),
        ({}, "dark", DARK),
        ({"TERM": "linux"}, "auto", SIXTEEN),
        (DEEP, "auto", DARK),
        (DEEP | {"COLORFGBG": "15;0"}, "auto", DARK),
        (DEEP | {"COLORFGBG": "0;15"}, "auto", LIGHT),
        (DEEP | {"COLORFGBG": "0;default;7"}, "auto", LIGHT),
        (DEEP | {"COLORFGBG": "0;default"}, "auto", DARK),
        (DEEP | {"COLORFGBG": "0;15"}, "dark", DARK),
        (DEEP | {"NO_COLOR": ""}, "light", SIXTEEN),
    ],
)
def test_the_theme_follows_the_wish_then_the_terminal(environment: dict[str, str], wanted: str, theme: Theme) -> None:
    assert theme_for(environment, wanted) == theme.name


@pytest.mark.parametrize("argv", [["--theme", "light"], ["open", "--theme", "light"], ["--theme=dark", "demo"]])
def test_a_theme_may_be_wanted_before_and_behind_the_verb(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(argv) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_a_theme_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["open", "--theme", "purple"]) == 2
    assert "purple" in capsys.readouterr().err
