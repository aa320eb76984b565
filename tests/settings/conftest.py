from __future__ import annotations

import pytest
from django.test import Client

from tests.access.conftest import browser_of
from tests.factories.core import make_user


@pytest.fixture
def admin():
    return make_user("administrator", first_name="Anna", last_name="Admin")


@pytest.fixture
def as_admin(admin) -> Client:
    return browser_of(admin)
