"""Where a console keeps its things: the replica, who it belongs to, the settings, the sign-in.

``CONSOLE_HOME`` moves everything; ``--db`` moves the replica alone. What belongs to a replica (its backend, its user)
lies beside it, so a replica and its owner cannot be mixed up.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

_APP = "agent-console"


class Owner(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose replica it is. ``ca_file`` is trusted in addition for this backend."""

    server: str
    user: str
    ca_file: str = ""

    @property
    def account(self) -> str:
        """The name under which the sign-in is kept."""
        return f"{self.user}@{self.server}"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The places of one console."""

    home: Path
    db: Path
    settings_path: Path

    @classmethod
    def find(cls, db: Path | None = None, environ: Mapping[str, str] = os.environ) -> "Profile":
        """The profile of this process: ``--db``, then ``CONSOLE_HOME``, then where the system keeps such things."""
        if home_named := environ.get("CONSOLE_HOME"):
            home = Path(home_named).expanduser().absolute()
            settings_path = home / "settings.toml"
        else:
            import platformdirs  # 20 ms; not needed when CONSOLE_HOME is set

            home = platformdirs.user_data_path(_APP, appauthor=False)
            settings_path = platformdirs.user_config_path(_APP, appauthor=False) / "settings.toml"
        replica = db.expanduser().absolute() if db else home / "local.db"
        return cls(home=home, db=replica, settings_path=settings_path)

    def prepare(self) -> None:
        """Make the folders, readable by their owner alone."""
        for folder in (self.home, self.db.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def log_path(self) -> Path:
        """Where this console writes its log."""
        return self.home / "console.log"

    @property
    def files(self) -> Path:
        """Where fetched attachments are kept; goes with the replica."""
        return self.db.with_name(f"{self.db.name}.files")

    @property
    def owner(self) -> Owner | None:
        """Whose replica it is; None before the first sign-in."""
        try:
            return msgspec.json.decode(self._owner_path.read_bytes(), type=Owner)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def set_owner(self, owner: Owner | None) -> None:
        """Say whose replica it is, or (None) nobody's any more."""
        if owner is None:
            self._owner_path.unlink(missing_ok=True)
            return
        import secrets  # 6 ms; owners change once

        self.prepare()
        part = self._owner_path.with_name(f".{self._owner_path.name}.{secrets.token_hex(4)}")
        part.write_bytes(msgspec.json.encode(owner))
        part.replace(self._owner_path)

    @property
    def _owner_path(self) -> Path:
        return self.db.with_name(f"{self.db.name}.owner.json")


def checkout_root() -> Path | None:
    """The root of the checkout this runs from; None for an installed console."""
    root = Path(__file__).resolve().parents[1]
    return root if (root / "pyproject.toml").is_file() and (root / "backend").is_dir() else None
