"""Text from outside never passes through markup: sinks that parse it get literals, Content or ``markup=False``."""

import ast
from pathlib import Path

import pytest

CONSOLE = Path(__file__).resolve().parents[2] / "console"
SINKS = {"Static", "Label", "Button"}
MARKUP_CALLS = {"notify", "from_markup"}
MODULES = sorted((CONSOLE / "screens").rglob("*.py")) + sorted((CONSOLE / "widgets").rglob("*.py"))


def risks(source: str) -> list[str]:
    """Calls in which a text that is not a literal could be parsed as markup."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        safe = any(keyword.arg == "markup" for keyword in node.keywords)
        if name in SINKS and node.args and not safe and not _harmless(node.args[0]):
            found.append(f"line {node.lineno}: {name}(…)")
        if name in MARKUP_CALLS and not safe and not (node.args and isinstance(node.args[0], ast.Constant)):
            found.append(f"line {node.lineno}: {name}(…)")
    return found


def _harmless(argument: ast.expr) -> bool:
    if isinstance(argument, ast.Constant):
        return True
    name = getattr(argument.func, "id", getattr(argument.func, "attr", "")) if isinstance(argument, ast.Call) else ""
    return name in {"Content", "styled", "assemble", "stylize"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_text_reaches_markup(module: Path) -> None:
    assert risks(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source", ["Static(ticket.subject)", "self.notify(name)", "Label(f'{x}')", "Content.from_markup(x)"]
)
def test_a_risk_is_found(source: str) -> None:
    assert risks(source)
