"""Brings the database up to the code, and skips that when neither has changed since the last start."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import psycopg2

from config.devstack.errors import CannotStart
from config.devstack.manage import manage
from config.devstack.places import BASE_DIR, DATABASE, Places

APPS = ("config", "core", "crm", "inventory", "sales", "production", "finance", "support", "marketing", "reports")


def migrate(places: Places, env: Mapping[str, str], *, embedded: bool) -> None:
    """Apply the migrations. A database that is not ours alone is always asked, ours only after a change."""
    stamp = places.migrated
    if embedded and stamp.exists() and json.loads(stamp.read_text()) == facts(places):
        return
    if manage("migrate", "--verbosity=0", env=env):
        raise CannotStart("The database could not be migrated; the reason stands above.")
    if embedded:
        stamp.write_text(json.dumps(facts(places)))


def facts(places: Places) -> dict[str, object]:
    """What the stamp remembers: the code as it lies here, and how far the database has come."""
    return {"code": code_fingerprint(), "database": applied(places)}


def code_fingerprint() -> str:
    """Changes with any Python file of the apps: roles and triggers are brought up by `migrate` as well."""
    files = sorted(path for app in APPS for path in (BASE_DIR / app).rglob("*.py"))
    files.append(BASE_DIR / "requirements" / "base.txt")
    lines = [f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files if Path.is_file(path)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def applied(places: Places) -> list[object]:
    """The database's own number and its last migration, read without Django: that takes a second to load."""
    connection = psycopg2.connect(host=str(places.sockets), user="postgres", dbname=DATABASE)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
            if not cursor.fetchone()[0]:
                return []
            cursor.execute("SELECT (SELECT oid::text FROM pg_database WHERE datname = current_database())")
            number = cursor.fetchone()[0]
            cursor.execute("SELECT count(*), max(applied)::text FROM django_migrations")
            return [number, *cursor.fetchone()]
    finally:
        connection.close()
