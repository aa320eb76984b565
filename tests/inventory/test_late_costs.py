"""Costs of goods receipts: shared by value, quantity or weight, and added late."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.actors import SYSTEM
from core.errors import NotAllowed
from inventory.choices import CostKey, Valuation
from inventory.errors import NotPositive, ReceiptReversed
from inventory.models import LandedCost
from inventory.selectors.stock import stock_value_as_of
from inventory.services.receipts import Landed, add_late_cost, take_back_receipt
from inventory.services.receipts.sharing import Portion, shares
from tests.factories.core import make_user
from tests.factories.inventory import NOON, make_item, take_out
from tests.inventory.receipting import ordered, receive

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "landed"),
    [(CostKey.VALUE, ["7.50", "2.50"]), (CostKey.QUANTITY, ["2.50", "7.50"]), (CostKey.WEIGHT, ["1.00", "9.00"])],
)
def test_freight_by_value_quantity_or_weight(key: CostKey, landed: list[str]) -> None:
    order = ordered((make_item(weight_kg=1), 1, 90), (make_item(weight_kg=3), 3, 10))
    receipt = receive(order, 1, 3, landed=[Landed("Freight", Decimal("10.00"), key)])
    assert [line.landed_value for line in receipt.lines.order_by("pk")] == [Decimal(value) for value in landed]


_portion = st.builds(
    Portion,
    value=st.decimals(0, 10000, places=2),
    qty=st.decimals("0.0001", 1000, places=4),
    unit_weight=st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(12)]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    amount=st.decimals("0.01", 5000, places=2),
    portions=st.lists(_portion, min_size=1, max_size=12),
    key=st.sampled_from(list(CostKey)),
)
def test_shares_add_up_and_are_fair(amount: Decimal, portions: list[Portion], key: CostKey) -> None:
    parts = shares(amount, portions, key)
    assert sum(parts) == amount
    weights = [
        p.qty * p.unit_weight if key == CostKey.WEIGHT else p.value if key == CostKey.VALUE else p.qty for p in portions
    ]
    if not any(weights):
        weights = [portion.qty for portion in portions]
    largest = max(range(len(parts)), key=lambda n: weights[n])
    for n, part in enumerate(parts):
        exact = amount * weights[n] / sum(weights)
        allowed = Decimal("0.0050001") if n != largest else Decimal("0.0050001") * len(parts)
        assert abs(part - exact) <= allowed


@pytest.mark.parametrize("valuation", [Valuation.FIFO, Valuation.AVERAGE])
def test_a_late_cost_goes_to_stock_and_to_use(valuation: str, followed: list[Any]) -> None:
    item = make_item(valuation=valuation)
    order = ordered((item, 4, "41.25"))
    receipt = receive(order, 4)
    take_out(item, order.warehouse, "3.2")
    for _twice in range(2):
        add_late_cost(
            receipt_id=receipt.pk, label="Customs", amount=Decimal("2.00"), at=NOON, by=make_user("accountant"),
            source_key="late:1",
        )  # fmt: skip
    assert LandedCost.objects.count() == 1
    assert [share.amount for share in followed] == [Decimal("1.60")]
    assert stock_value_as_of(NOON) == Decimal("33.40")


def test_a_repriced_layer_costs_what_its_rest_is_worth() -> None:
    item = make_item()
    order = ordered((item, 4, 10))
    receipt = receive(order, 4)
    take_out(item, order.warehouse, 2)
    add_late_cost(
        receipt_id=receipt.pk, label="Customs", amount=Decimal("4.00"), at=NOON, by=SYSTEM, source_key="late:1"
    )
    assert [take_out(item, order.warehouse, 1)[0].value for _ in range(2)] == [Decimal("11.00"), Decimal("11.00")]


def test_late_cost_refusals() -> None:
    receipt = receive(ordered((make_item(), 4, 10)), 4)

    def add(amount: str, by: Any = SYSTEM, key: str = "late:1") -> None:
        add_late_cost(receipt_id=receipt.pk, label="X", amount=Decimal(amount), at=NOON, by=by, source_key=key)

    with pytest.raises(NotPositive):
        add("0")
    with pytest.raises(NotAllowed):
        add("1", by=make_user("storekeeper"))
    take_back_receipt(receipt_id=receipt.pk, at=NOON, by=SYSTEM, reason="twice")
    with pytest.raises(ReceiptReversed):
        add("1")
    assert not LandedCost.objects.exists()
