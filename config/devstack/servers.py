"""The two servers every command needs, started here or named by the environment."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from config.devstack import postgres, valkey
from config.devstack.children import Child, shorten_log, stop_all
from config.devstack.places import Places


class Servers:
    """PostgreSQL and Valkey of one data folder. A server named in the environment is used and left alone."""

    def __init__(self, places: Places, *, scratch: bool = False) -> None:
        self.places = places
        self.scratch = scratch
        self.own_database = "DATABASE_URL" not in os.environ
        self.own_queue = "REDIS_URL" not in os.environ
        self.children: list[Child] = []

    def start(self) -> None:
        """Start what is ours, both at once; return when they answer."""
        for name in ("postgres", "valkey"):
            shorten_log(self.places.logs / f"{name}.log")
        if self.own_database:
            self.children.append(postgres.start(self.places, scratch=self.scratch))
        if self.own_queue:
            self.children.append(valkey.start(self.places))
        for child in self.children:
            self.wait_for(child)
        if self.own_database and postgres.create_database(self.places):
            for stamp in (self.places.migrated, self.places.demo_loaded):
                stamp.unlink(missing_ok=True)

    def wait_for(self, child: Child) -> None:
        kind = postgres if child.name == "postgres" else valkey
        kind.wait_until_ready(child, self.places)

    def stop(self) -> None:
        stop_all(self.children)

    def environment(self) -> dict[str, str]:
        """What commands find the servers by."""
        env = base_environment(self.places)
        env.setdefault("DATABASE_URL", self.places.database_url)
        env.setdefault("REDIS_URL", self.places.redis_url)
        env.setdefault("SECRET_KEY", secret_key(self.places))
        return env


def base_environment(places: Places) -> dict[str, str]:
    """Ours, with the programs of our virtual environment before all others."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return os.environ | {"DATA_DIR": str(places.data), "PATH": path}


def reached_by(env: Mapping[str, str]) -> dict[str, str]:
    """The part of the environment that other commands need to reach the same servers."""
    return {name: env[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")}


def secret_key(places: Places) -> str:
    """A random key of this data folder, made once, so that sessions outlive a restart."""
    file = places.data / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50))
    return file.read_text()
