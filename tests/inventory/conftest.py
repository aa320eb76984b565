from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core import ledgers
from inventory.ports import value_follows
from tests.factories.inventory import make_warehouse


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The shares of late costs that went up to other apps; none of those apps takes part."""
    shares: list[Any] = []

    def listen(shares_: Any, at: Any, by: Any) -> None:
        shares.extend(shares_)

    monkeypatch.setattr(value_follows, "_voices", [lambda shares, at, by: listen(shares, at, by)])
    yield shares


@pytest.fixture(autouse=True)
def ledgers_agree(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database all ledger checks of the warehouse are clean, unless it is marked otherwise."""
    yield
    if request.node.get_closest_marker("django_db") and "broken" not in request.fixturenames:
        assert warehouse_findings() == []


def warehouse_findings() -> list[ledgers.Finding]:
    """What the warehouse's own ledger checks find."""
    return [
        finding
        for _invariant, check in ledgers.registered().values()
        if check.__module__.startswith("inventory.ledgers.")
        for finding in check()
    ]


@pytest.fixture
def place():
    return make_warehouse(name="Main warehouse")
