"""A count that two people post at the same moment moves its difference once, and its twin without guards twice."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from core import ledgers
from core.actors import SYSTEM
from inventory.models import CostLayer, LayerUse, StockBalance, StockMove, Stocktake, StocktakeLine
from inventory.services.counts import note_counts, post_count, start_count
from tests.concurrency.guards import without_guards
from tests.concurrency.race import race
from tests.factories.inventory import make_item, make_warehouse, stock_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NINE = datetime(2026, 3, 16, 9, tzinfo=UTC)


def post(stocktake_id: int) -> str:
    return str(post_count(stocktake_id=stocktake_id, at=NINE, by=SYSTEM))


def _post_together(*, unguarded: bool) -> Decimal:
    """What has left as the difference of a count that four people post."""
    item, warehouse = make_item(), make_warehouse()
    stock_up(item, warehouse, 40, value="400.00")
    stocktake = start_count(warehouse_id=warehouse.pk, at=NINE, by=SYSTEM)
    note_counts(stocktake_id=stocktake.pk, counts={stocktake.lines.get().pk: Decimal(37)}, at=NINE, by=SYSTEM)
    call = ("tests.concurrency.test_count_races:post", {"stocktake_id": stocktake.pk})
    answers = race([call] * 4, unguarded=unguarded)
    if not unguarded:
        assert {answer[0] for answer in answers} == {"ok"}
    return StockMove.objects.filter(item=item, kind="count").aggregate(total=Sum("qty"))["total"]


def test_a_count_moves_its_difference_once() -> None:
    assert _post_together(unguarded=False) == 3
    assert ledgers.run_all() == []


def test_without_the_guards_it_moves_more_than_once() -> None:
    with without_guards(StockMove, StocktakeLine, Stocktake, StockBalance, CostLayer, LayerUse):
        assert _post_together(unguarded=True) > 3
