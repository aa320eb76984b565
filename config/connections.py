"""Turns the two addresses of the environment, DATABASE_URL and REDIS_URL, into what the libraries want."""

from typing import Any
from urllib.parse import urlsplit

import environ

from core.planned import Cursor

BROKER_DB, CACHE_DB = 0, 1
# No trigger is ignored. Said outright, because each of our row triggers asks: where nobody said anything the question
# fails inside, and each failure makes PostgreSQL look through all deferred checks of the transaction.
NO_TRIGGER = "{}"


def database(url: str, *, planned: bool = True) -> dict[str, Any]:
    """Settings of the one database. A unix socket's folder is named by `?host=`. `planned`: see `core.planned`."""
    settings = dict(environ.Env.db_url_config(url, engine="django.db.backends.postgresql"))
    options = settings.setdefault("OPTIONS", {})
    if "host" in options:
        settings["HOST"] = options.pop("host")
    options["options"] = f"-c pgtrigger.ignore={NO_TRIGGER}"
    if planned:
        options["cursor_factory"] = Cursor
    return settings | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def limit(database: dict[str, Any], *, lock_timeout_ms: int, statement_timeout_ms: int) -> None:
    """Time limits for the connections that this process makes from now on; zero means none."""
    wanted = {"lock_timeout": lock_timeout_ms, "statement_timeout": statement_timeout_ms}
    options = [f"-c {name}={value}" for name, value in wanted.items() if value]
    database["OPTIONS"]["options"] = " ".join([database["OPTIONS"]["options"], *options])


def broker(url: str) -> str:
    """Where Celery finds its queue: `unix:///path` for a socket, otherwise `redis://host:port`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={BROKER_DB}"
    return f"{url.rstrip('/')}/{BROKER_DB}"


def cache(url: str) -> str:
    """Where Django's cache lives: the same server, but a database of its own."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={CACHE_DB}"
    return f"{url.rstrip('/')}/{CACHE_DB}"
