from __future__ import annotations

import pytest

from core.models import User
from tests.factories.core import make_user


@pytest.fixture
def director() -> User:
    """Sees every record, in the administration too."""
    return make_user("director", is_staff=True)


@pytest.fixture
def seller() -> User:
    """Sees his own clients, persons, leads and deals."""
    return make_user("seller")
