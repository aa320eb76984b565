"""Where an instance keeps its data, logs and sockets; all of it follows from its data folder alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
# Root's instances whose own folder is closed to other users keep the database here: the server refuses to be root.
ROOTS_LIBRARY = Path("/var/lib/hypercrm")
DATABASE = "crm"
LONGEST_SOCKET_FOLDER = 80  # a socket's path, file name included, ends at 107 bytes


@dataclass(frozen=True)
class Places:
    data: Path
    database: Path
    sockets: Path

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def lock(self) -> Path:
        return self.data / "devstack.lock"

    @property
    def users(self) -> Path:
        """Held shared by commands that use the servers, so that their owner waits for them."""
        return self.data / "devstack.users"

    @property
    def state(self) -> Path:
        return self.data / "devstack.json"

    @property
    def migrated(self) -> Path:
        """What the database and the code looked like after the last migration."""
        return self.data / "migrated.json"

    @property
    def demo_loaded(self) -> Path:
        return self.data / "demo-loaded"

    @property
    def database_url(self) -> str:
        return f"postgres://postgres@/{DATABASE}?host={self.sockets}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.valkey_socket}"


def chosen_data_folder() -> Path:
    """`DATA_DIR` of the environment, otherwise `var` in the checkout."""
    return Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").expanduser().resolve()


def at(data: Path) -> Places:
    home = ROOTS_LIBRARY / short_hash(data) if is_root() and not others_may_enter(data) else data
    sockets = home / "run"
    if len(str(sockets)) > LONGEST_SOCKET_FOLDER:
        sockets = Path(tempfile.gettempdir()) / f"hypercrm-{os.geteuid()}-{short_hash(data)}"
    return Places(data=data, database=home / "pgdata", sockets=sockets)


def is_root() -> bool:
    return os.geteuid() == 0


def others_may_enter(path: Path) -> bool:
    """Whether a user who owns none of it can walk down to this path; parts that don't exist yet don't hinder."""
    return all(part.stat().st_mode & 0o001 for part in [path, *path.parents] if part.exists())


def short_hash(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()[:10]
