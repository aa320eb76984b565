"""How the second process of a run comes to its tables: as a copy of the first one's, not by all migrations again."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.creation import DatabaseCreation

create_by_migrations = DatabaseCreation.create_test_db

IS_OF_THIS_RUN = """
SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s AND shobj_description(oid, 'pg_database') = %s)
"""


def create_test_db(
    self: DatabaseCreation, verbosity: int = 1, autoclobber: bool = False, serialize: bool = True, keepdb: bool = False
) -> str:
    """The first process that asks migrates, and copies what it got for each of the others, who wait for it meanwhile.

    A database is taken for such a copy if it says which run it was made for. A process alone, and one that keeps its
    database from run to run, migrate as always.
    """
    run, me = os.environ.get("PYTEST_XDIST_TESTRUNUID", ""), os.environ.get("PYTEST_XDIST_WORKER", "")
    name = self._get_test_db_name()
    if keepdb or not run or not name.endswith(me):
        return create_by_migrations(self, verbosity, autoclobber, serialize, keepdb)
    with _one_after_the_other(self, run) as cursor:
        cursor.execute(IS_OF_THIS_RUN, [name, run])
        if cursor.fetchone()[0]:
            self.connection.close()
            settings.DATABASES[self.connection.alias]["NAME"] = self.connection.settings_dict["NAME"] = name
            return name
        create_by_migrations(self, verbosity, autoclobber, serialize)
        self.connection.close()
        quote = self.connection.ops.quote_name
        cursor.execute(f"COMMENT ON DATABASE {quote(name)} IS %s", [run])
        for number in range(int(os.environ["PYTEST_XDIST_WORKER_COUNT"])):
            copy = f"{name.removesuffix(me)}gw{number}"
            cursor.execute(IS_OF_THIS_RUN, [copy, run])
            if not cursor.fetchone()[0]:
                cursor.execute(f"DROP DATABASE IF EXISTS {quote(copy)}")
                cursor.execute(f"CREATE DATABASE {quote(copy)} TEMPLATE {quote(name)}")
                cursor.execute(f"COMMENT ON DATABASE {quote(copy)} IS %s", [run])
    return name


@contextmanager
def _one_after_the_other(creation: DatabaseCreation, run: str) -> Iterator[Any]:
    """A cursor beside the tests' database, for one process of a run at a time."""
    with creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [zlib.crc32(run.encode())])
        try:
            yield cursor
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [zlib.crc32(run.encode())])


def install(patch: Any) -> None:
    """For all tests of this run."""
    patch.setattr(DatabaseCreation, "create_test_db", create_test_db)
