"""Where a sign-in is kept: never in plain text, never at the price of a hanging console."""

import stat
import threading
import time
from pathlib import Path

import pytest

from console.client_errors import SignedOut
from console.credentials import Credentials, WrongPassphrase
from console.credentials.os_keyring import KeyringUnusable, OsKeyring
from console.credentials.sealed_file import SealedFile
from console.sign_in import Login

LOGIN = Login(access="access-token", refresh="refresh-token")
ACCOUNT = "mei@https://desk.example"


class GoodKeyring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class HangingKeyring(GoodKeyring):
    """Waits for an owner who is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()
        self.asked = 0

    def set_password(self, service: str, username: str, password: str) -> None:
        self.asked += 1
        self.released.wait()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.released.wait()
        return None


class BrokenKeyring(GoodKeyring):
    """Fails at everything."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("no bus")

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("no bus")


def credentials(home: Path, keyring: GoodKeyring, passphrase: str = "") -> Credentials:
    environ = {"CONSOLE_PASSPHRASE": passphrase} if passphrase else {}
    return Credentials(home, ACCOUNT, keyring=OsKeyring(keyring, limit_s=0.2), environ=environ)


def test_a_working_keyring_is_used_and_probed_without_a_trace(tmp_path: Path) -> None:
    keyring = GoodKeyring()
    kept = credentials(tmp_path, keyring)
    assert kept.where == "keyring"
    assert keyring.kept == {}
    kept.save(LOGIN)
    assert credentials(tmp_path, keyring).load() == LOGIN
    assert not list(tmp_path.iterdir())
    kept.forget()
    assert keyring.kept == {}


def test_a_hanging_keyring_costs_its_limit_once_and_the_file_is_used(tmp_path: Path) -> None:
    keyring = HangingKeyring()
    kept = credentials(tmp_path, keyring, "open sesame")
    began = time.monotonic()
    assert kept.where == "file"
    kept.save(LOGIN)
    kept.save(LOGIN)
    assert time.monotonic() - began < 2
    assert keyring.asked == 1
    assert credentials(tmp_path, keyring, "open sesame").load() == LOGIN
    keyring.released.set()


def test_without_keyring_and_passphrase_it_is_memory_only(tmp_path: Path) -> None:
    kept = credentials(tmp_path, BrokenKeyring())
    assert kept.where == "memory"
    kept.save(LOGIN)
    assert kept.load() == LOGIN
    assert credentials(tmp_path, BrokenKeyring()).load() is None
    assert not list(tmp_path.iterdir())


def test_the_file_holds_no_secret_in_the_clear_and_is_its_owners(tmp_path: Path) -> None:
    credentials(tmp_path / "home", BrokenKeyring(), "open sesame").save(LOGIN)
    path = tmp_path / "home" / "sign-in.sealed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    data = path.read_bytes()
    assert b"access-token" not in data
    assert b"sesame" not in data


def test_a_wrong_passphrase_is_a_sentence_and_damages_nothing(tmp_path: Path) -> None:
    credentials(tmp_path, BrokenKeyring(), "open sesame").save(LOGIN)
    with pytest.raises(WrongPassphrase) as told:
        credentials(tmp_path, BrokenKeyring(), "guess").load()
    assert isinstance(told.value, SignedOut)
    assert "passphrase" in told.value.sentence
    assert credentials(tmp_path, BrokenKeyring(), "open sesame").load() == LOGIN


def test_the_passphrase_is_asked_for_once(tmp_path: Path) -> None:
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return "open sesame"

    kept = Credentials(tmp_path, ACCOUNT, keyring=OsKeyring(BrokenKeyring()), environ={}, ask_passphrase=ask)
    assert kept.where == "file"
    kept.save(LOGIN)
    assert kept.load() == LOGIN
    assert len(asked) == 1


def test_a_token_from_the_environment_wins_and_is_never_stored(tmp_path: Path) -> None:
    keyring = GoodKeyring()
    kept = Credentials(tmp_path, ACCOUNT, keyring=OsKeyring(keyring), environ={"CONSOLE_TOKEN": " tok "})
    assert kept.where == "environment"
    kept.save(LOGIN)
    kept.save(None)
    assert kept.load() == Login(access="tok")
    assert keyring.kept == {}


def test_a_damaged_file_is_the_same_as_none(tmp_path: Path) -> None:
    (tmp_path / "sign-in.sealed").write_bytes(b"\x00 not json")
    assert credentials(tmp_path, BrokenKeyring(), "open sesame").load() is None


def test_secrets_of_several_accounts_share_a_passphrase(tmp_path: Path) -> None:
    file = SealedFile(tmp_path / "x.sealed")
    file.put("one", "1", "p")
    file.put("two", "2", "p")
    with pytest.raises(WrongPassphrase):
        SealedFile(file.path).put("three", "3", "q")
    assert (SealedFile(file.path).get("one", "p"), SealedFile(file.path).get("two", "p")) == ("1", "2")
    file.drop("one")
    file.drop("two")
    assert not file.path.exists()


def test_a_keyring_that_keeps_plain_text_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends.null import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    with pytest.raises(KeyringUnusable):
        OsKeyring().probe()


def test_a_sign_in_does_not_show_its_tokens() -> None:
    assert "token" not in f"{LOGIN} {LOGIN!r}"
