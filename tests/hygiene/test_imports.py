"""What the first frame loads, and what it must not: each of these costs tens of milliseconds."""

import subprocess
import sys

import pytest

LATER = (
    "httpx",
    "sqlite_utils",
    "keyring",
    "cryptography",
    "opencc",
    "jinja2",
    "markdown_it",
    "logging.handlers",
    "textual.widgets._text_area",
    "textual.widgets._markdown",
    "console.screens.composer_dock",
    "console.screens.picker",
    "console.screens.ticket_search",
    "backend",
)


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that importing the app loads, in a process of its own."""
    code = "import sys, console.app; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", LATER)
def test_the_first_frame_does_not_load(module: str, loaded: set[str]) -> None:
    assert module not in loaded


def test_the_first_frame_loads_the_store(loaded: set[str]) -> None:
    assert {"sqlite3", "msgspec", "textual.app"} <= loaded


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_neither_textual_nor_httpx(option: str) -> None:
    code = (
        "import sys; from console.cli import run\n"
        f"try: run(['{option}'])\n"
        "except SystemExit: pass\n"
        "assert not {'textual', 'httpx'} & set(sys.modules), 'loaded'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
