"""Settings, and the places of a console."""

from pathlib import Path

import pytest

from console.profile import Owner, Profile
from console.settings import Settings, SettingsError, load_settings, parse_quiet_hours


def test_no_file_means_all_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml", environ={}) == Settings()


def test_flag_before_environment_before_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('theme = "light"\nlang = "zh"\nbell = false\n\n[keys]\nreply = "R"\nnext = ["j", "down"]\n')
    settings = load_settings(path, {"theme": None, "lang": "en"}, {"CONSOLE_THEME": "auto", "CONSOLE_BELL": "true"})
    assert (settings.theme, settings.lang, settings.bell) == ("auto", "en", True)
    assert settings.keys == {"reply": "R", "next": ["j", "down"]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('thme = "dark"', "Did you mean “theme”"),
        ("zzz = 1", "theme"),
        ('theme = "pink"', "theme"),
        ("bell = 3.5", "bell"),
        ('quiet_hours = "late"', "22:00-07:30"),
        ('quiet_hours = "25:00-07:00"', "22:00-07:30"),
        ("theme = ", "TOML"),
        ("[keys]\nreply = 3", "keys"),
    ],
)
def test_a_wrong_file_names_the_file_the_key_and_what_would_fit(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as told:
        load_settings(path, environ={})
    assert words in told.value.sentence
    assert str(path) in told.value.sentence
    assert "\n" not in told.value.sentence


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(path, environ={})


def test_quiet_hours_may_pass_midnight() -> None:
    assert parse_quiet_hours("") is None
    night = Settings(quiet_hours="22:00-07:30")
    assert [night.is_quiet(minute) for minute in (0, 449, 450, 1319, 1320)] == [True, True, False, False, True]
    noon = Settings(quiet_hours="12:00-13:00")
    assert [noon.is_quiet(minute) for minute in (719, 720, 779, 780)] == [False, True, True, False]


def test_console_home_moves_everything_and_db_the_replica_alone(tmp_path: Path) -> None:
    environ = {"CONSOLE_HOME": str(tmp_path)}
    found = Profile.find(None, environ)
    assert (found.db, found.settings_path) == (tmp_path / "local.db", tmp_path / "settings.toml")
    assert Profile.find(tmp_path / "x" / "y.db", environ).db == tmp_path / "x" / "y.db"


def test_the_owner_lies_beside_the_replica(tmp_path: Path) -> None:
    profile = Profile.find(tmp_path / "deep" / "my.db", {"CONSOLE_HOME": str(tmp_path)})
    assert profile.owner is None
    owner = Owner(server="https://desk.example", user="mei")
    profile.set_owner(owner)
    assert profile.owner == owner
    assert (tmp_path / "deep").stat().st_mode & 0o077 == 0
    profile.set_owner(None)
    assert profile.owner is None
