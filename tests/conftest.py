"""What every test may use."""

import os
from pathlib import Path

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data for development; a test that needs it is skipped, with the reason, where it is absent."""
    folder = Path(os.environ.get("AGENT_CONSOLE_SHARED", _BESIDE_THE_CHECKOUT))
    if not folder.is_dir():
        pytest.skip(f"real data not present at {folder}; set AGENT_CONSOLE_SHARED to the folder that holds it")
    return folder


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI everything that tests need is there: a skip means that something was not run, and fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if os.environ.get("CI") and skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
