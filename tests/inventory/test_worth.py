"""What a warehouse is worth is kept beside its layers: by triggers, row by row, folded now and then."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Sum
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from inventory.models import CostLayer, Warehouse, WorthChange
from inventory.selectors.stock.overview import StockView, value_of_stock
from inventory.services.moves import Shift, reverse_move, transfer_goods
from inventory.services.valuation import adjust_layer
from inventory.services.worth import fold_worth
from inventory.tasks import fold_worth as task
from tests.factories.inventory import NOON, make_item, make_warehouse, stock_up, take_out

pytestmark = pytest.mark.django_db


def worth(*warehouses: Warehouse) -> Decimal:
    return value_of_stock(StockView(tuple(warehouse.pk for warehouse in warehouses)))


def laid(*warehouses: Warehouse) -> Decimal:
    layers = CostLayer.objects.filter(warehouse__in=warehouses)
    return layers.aggregate(total=Sum("left_value"))["total"] or Decimal(0)


def test_the_worth_follows_all_that_happens_to_goods(followed: list[Any]) -> None:
    here, there = make_warehouse(), make_warehouse()
    single, pooled = make_item(), make_item(valuation="average")
    assert worth(here) == 0

    received = stock_up(single, here, 10, 100)
    stock_up(pooled, here, 4, 30)
    stock_up(pooled, here, 4, "50.01")
    assert worth(here) == laid(here) == Decimal("180.01")

    (gone,) = take_out(single, here, 3)
    assert worth(here) == laid(here) == Decimal("150.01")
    reverse_move(move_id=gone.pk, at=NOON, by=SYSTEM, reason="x")
    assert worth(here) == Decimal("180.01")

    line = Shift(pooled.pk, here.pk, there.pk, Decimal(2), "shift:1")
    transfer_goods(shifts=[line], at=NOON, by=SYSTEM, branch_id=here.branch_id)
    assert (worth(here), worth(there)) == (laid(here), laid(there)) == (Decimal("160.01"), Decimal("20.00"))
    assert worth(here, there) == Decimal("180.01")

    adjust_layer(
        layer_id=CostLayer.objects.get(move=received).pk, receipt_move_id=received.pk, amount=Decimal(7),
        reason="Customs", at=NOON, by=SYSTEM, source_key="late:1",
    )  # fmt: skip
    assert worth(here) == laid(here) == Decimal("167.01")


def test_what_is_taken_back_with_its_transaction_leaves_nothing() -> None:
    here, item = make_warehouse(), make_item()
    stock_up(item, here, 10, 100)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        take_out(item, here, 4)
        assert worth(here) == 60
        raise ZeroDivisionError
    assert worth(here) == 100


def test_layers_written_without_services_count_as_well(followed: list[Any]) -> None:
    here, there = make_warehouse(), make_warehouse()
    stock_up(make_item(), here, 10, 100)
    with transaction.atomic():
        CostLayer.objects.update(left_value=F("left_value") - 40)
        CostLayer.objects.update(warehouse=there)
        assert (worth(here), worth(there)) == (0, 60)
        CostLayer.objects.all().delete()
        assert worth(there) == 0
        transaction.set_rollback(True)
    assert worth(here) == 100


def test_a_change_that_is_worth_nothing_writes_nothing() -> None:
    here, item = make_warehouse(), make_item()
    stock_up(item, here, 10, 0)
    take_out(item, here, 4)
    assert WorthChange.objects.count() == 0
    assert worth(here) == 0


def test_folding_keeps_the_sum_and_does_nothing_the_second_time() -> None:
    here, there, item = make_warehouse(), make_warehouse(), make_item()
    stock_up(item, here, 10, 100)
    take_out(item, here, 3)
    take_out(item, here, 3)
    stock_up(item, there, 1, 5)
    assert WorthChange.objects.filter(warehouse=here).count() == 3

    assert task() == 1
    assert (worth(here), worth(there)) == (40, 5)
    rows = list(WorthChange.objects.order_by("pk"))
    assert len(rows) == 2

    assert fold_worth() == 0
    assert list(WorthChange.objects.order_by("pk")) == rows


def test_a_change_is_never_rewritten() -> None:
    stock_up(make_item(), make_warehouse(), 10, 100)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        WorthChange.objects.update(amount=1)


def test_the_worth_of_all_is_asked_of_the_kept_sums_alone() -> None:
    here, item = make_warehouse(), make_item()
    stock_up(item, here, 10, 100)
    with CaptureQueriesContext(connection) as asked:
        assert worth(here) == 100
    assert len(asked) == 1
    assert "inventory_worthchange" in asked[0]["sql"] and "inventory_costlayer" not in asked[0]["sql"]
