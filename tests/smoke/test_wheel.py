"""The wheel that is built: it holds what is not code, and its commands answer from where it was unpacked."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("desk", "console", "backend")

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from this checkout with what is installed: no network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed by itself, without its dependencies."""
    target = tmp_path_factory.mktemp("site")
    options = ["--no-deps", "--no-index", "--no-compile", "--quiet", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(target), str(wheel)]
    subprocess.run(command, check=True, timeout=120)
    return target


def ask(unpacked: Path, home: Path, module: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run a command from the unpacked wheel, far away from the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "CONSOLE_HOME": str(home), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", module, *argv]
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_everything_that_is_not_code_is_in_the_wheel(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    ).stdout.split("\n")
    wanted = {path for path in tracked if path and (ROOT / path).is_file()}
    assert wanted - held == set()
    for suffix in (".tcss", ".mo", ".toml", ".md", "glossary.txt"):
        assert any(name.endswith(suffix) for name in held), suffix


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    for name in zipfile.ZipFile(wheel).namelist():
        top = name.partition("/")[0]
        assert top in PACKAGES or top.endswith(".dist-info"), name
        assert not name.endswith((".pyc", ".db", ".log")), name


@pytest.mark.parametrize("module", ["console", "backend"])
def test_its_commands_answer(unpacked: Path, tmp_path: Path, module: str) -> None:
    helped = ask(unpacked, tmp_path, module, "--help")
    assert (helped.returncode, helped.stderr) == (0, "")
    assert "usage:" in helped.stdout
    told = ask(unpacked, tmp_path, module, "--version")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.strip().endswith("0.2.0")


def test_its_code_is_what_ran(unpacked: Path, tmp_path: Path) -> None:
    code = "import desk, console, backend; print(desk.__file__, console.__file__, backend.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.count(str(unpacked)) == len(PACKAGES)


def test_it_draws_its_first_screen_in_chinese(unpacked: Path, tmp_path: Path) -> None:
    picture = tmp_path / "desk.svg"
    drawn = ask(
        unpacked, tmp_path, "console", "demo", "--tickets", "20", "--lang", "zh", "--screenshot", str(picture),
        "--size", "120x30",
    )  # fmt: skip
    assert drawn.returncode == 0, drawn.stderr
    assert "Traceback" not in drawn.stderr
    assert "<svg" in picture.read_text("utf-8")
    assert "队列" in picture.read_text("utf-8") or "全部" in picture.read_text("utf-8")
