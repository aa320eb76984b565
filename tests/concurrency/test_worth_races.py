"""Goods come and go while the worth of their warehouse is folded: no change is lost; a twin in two steps loses some."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum

from core import ledgers
from inventory.models import CostLayer, Item, Warehouse, WorthChange
from inventory.services.worth import fold_worth
from tests.concurrency.race import race
from tests.factories.inventory import make_item, make_warehouse, stock_up, take_out

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TURNS = 12


def come_and_go(item_id: int, warehouse_id: int) -> None:
    """Each turn two pieces come and one goes."""
    item, warehouse = Item.objects.get(pk=item_id), Warehouse.objects.get(pk=warehouse_id)
    for turn in range(TURNS):
        stock_up(item, warehouse, 2, 10, source_key=f"race.in:{item_id}:{turn}")
        take_out(item, warehouse, 1, source_key=f"race.out:{item_id}:{turn}")


def fold() -> None:
    for _turn in range(TURNS * 3):
        fold_worth()
        time.sleep(0.01)


def fold_naively() -> None:
    """What one would write first: read the sum, then put it in the place of the rows."""
    for _turn in range(TURNS):
        rows = list(WorthChange.objects.values("warehouse").annotate(total=Sum("amount")).order_by())
        time.sleep(0.05)
        for row in rows:
            with transaction.atomic():
                WorthChange.objects.filter(warehouse=row["warehouse"]).delete()
                WorthChange.objects.create(warehouse_id=row["warehouse"], amount=row["total"])


def _race(folding: str) -> tuple[Decimal, Decimal]:
    """What the warehouse is worth by its layers, and by what is kept of it."""
    warehouse = make_warehouse()
    me = "tests.concurrency.test_worth_races"
    movers = [(f"{me}:come_and_go", {"item_id": make_item().pk, "warehouse_id": warehouse.pk}) for _number in range(3)]
    race([*movers, (f"{me}:{folding}", {}), (f"{me}:{folding}", {})])
    laid = CostLayer.objects.aggregate(total=Sum("left_value"))["total"]
    kept = WorthChange.objects.aggregate(total=Sum("amount"))["total"]
    return laid, kept


def test_no_change_is_lost_while_the_worth_is_folded() -> None:
    laid, kept = _race("fold")

    assert laid == kept == 3 * TURNS * 5
    assert ledgers.run_all() == []


def test_folding_in_two_steps_loses_changes() -> None:
    laid, kept = _race("fold_naively")

    assert laid == 3 * TURNS * 5
    assert kept != laid
