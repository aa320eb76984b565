"""One world for all tests of a module: building it for each would take longer than the tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from tests.authz.world import World


@pytest.fixture
def _django_db_helper(world: World) -> None:
    """In place of pytest-django's: `django_db` brings the database, but no transaction around each single test.

    Every request of the matrix runs in a savepoint of its own, inside the one transaction of `world`.
    """


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic(), quiet():  # type: ignore[attr-defined]
        yield World()
        transaction.set_rollback(True)


@contextmanager
def quiet() -> Iterator[None]:
    """A line of the log for each of ten thousand requests would be written, kept and never read; errors are."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
