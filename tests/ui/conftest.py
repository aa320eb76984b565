"""A seller and a record of hers, and what her form sends, for the tests of cards."""

from __future__ import annotations

import pytest

from core.models import User
from crm.models import Client
from tests.factories.core import make_user
from tests.factories.crm import make_client


@pytest.fixture
def seller(client) -> User:
    user = make_user("seller")
    client.force_login(user)
    return user


@pytest.fixture
def record(seller) -> Client:
    return make_client(name="Aalto", owner=seller, industry="Hotels")


def typed(record: Client, **changes: object) -> dict[str, object]:
    """What the form of a client sends."""
    base = {
        "name": record.name,
        "industry": record.industry,
        "language": "en",
        "owner": record.owner_id or "",
        "is_customer": "on",
    }
    return {**base, "version": record.version, **changes}
