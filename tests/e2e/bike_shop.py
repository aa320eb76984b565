"""The bicycle maker's people in the theatre, and his data in a database beside the tests' own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from playwright.sync_api import Browser

from tests.e2e.theatre import Theatre
from tests.factories.core import make_user

ROLES = ("production_lead", "purchaser", "storekeeper", "accountant", "director")


class Shop(Theatre):
    """The theatre with the bicycle maker's people in place of the story's; his sellers come with the data."""

    def __init__(self, browser: Browser, address: str, set_clock: Callable[[datetime], None]) -> None:
        self.browser, self.address, self.set_clock = browser, address, set_clock
        self.windows, self.complaints = {}, []
        self.world = SimpleNamespace(users={role: make_user(role, first_name=role.title()) for role in ROLES})

    def on(self, moment: datetime) -> None:
        self.at(moment.isoformat())


@contextmanager
def database_with(load: Callable[[], None], name: str = "bikes") -> Iterator[None]:
    """A copy of the tests' empty tables that is filled once and thrown away at the end."""
    own = connection.settings_dict["NAME"]
    other = f"{own}_{name}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{other}" WITH (FORCE)')
        # The server of a test before may still hold a connection to the tables that are copied.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [own],
        )
        cursor.execute(f'CREATE DATABASE "{other}" TEMPLATE "{own}"')
    use_database(other)
    try:
        load()
        yield
    finally:
        use_database(own)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{other}" WITH (FORCE)')


def use_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def money(amount: Decimal) -> str:
    return f"{amount:,.2f}"
