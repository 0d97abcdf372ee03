"""A console nobody has signed in to, and one whose sign-in has ended, against a real backend."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.app import ConsoleApp, SyncTold
from console.connecting import make_engine
from console.profile import Profile
from console.screens.login import LoginScreen
from console.store import Store
from console.sync.events import StateChanged
from console.workplace import Workplace
from desk.views import VIEWS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as running:
        running.add_team("t-en", "English")
        running.add_agent("mei", teams=("t-en",), password="correct horse")
        running.customer_writes("t-en", "Where is my money?")
        yield running


async def test_a_first_start_opens_the_sign_in_and_then_the_queue(
    server: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("CONSOLE_PASSPHRASE", "open sesame")
    monkeypatch.delenv("CONSOLE_TOKEN", raising=False)
    profile = Profile.find(environ={"CONSOLE_HOME": str(tmp_path / "home")})
    profile.prepare()
    store = Store.open(profile.db)
    app = ConsoleApp(store, make_engine=partial(make_engine, profile), profile=profile)
    async with app.run_test(size=(120, 40)) as pilot, asyncio.timeout(30):
        while not (isinstance(app.screen, LoginScreen) and app.screen.query("#server")):
            await pilot.pause(0.02)
        for name, typed in (("server", server.url), ("user", "mei"), ("password", "correct horse")):
            app.screen.query_one(f"#{name}").focus()
            await pilot.press(*typed)
        await pilot.press("enter")
        while not store.count(VIEWS["all"], app.workplace.clock()):
            await pilot.pause(0.02)
        assert app.screen.name == "desk"
        me = store.me()
        assert me is not None
        assert me.handle == "mei"
        await app.action_quit()
    store.close()


async def test_an_ended_sign_in_names_the_key_and_leaves_the_screen_alone(workplace: Workplace, tmp_path: Path) -> None:
    profile = Profile.find(environ={"CONSOLE_HOME": str(tmp_path)})
    app = ConsoleApp(workplace.store, clock=workplace.clock, profile=profile)
    async with app.run_test(size=(180, 45)) as pilot:
        await app.settled()
        app.post_message(SyncTold(StateChanged(state="signed-out", since=workplace.clock(), sentence="You are out.")))
        await pilot.pause()
        assert app.screen is app.desk
        assert "F2" in app.desk.key_line.sentence
