from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Event, StatusChange
from inventory.errors import NotPositive, PurchaseEmpty, PurchaseNotDraft, PurchaseNotOrdered, PurchaseStarted
from inventory.models import Demand, Item, Peg, PurchaseOrder, StockBalance, Supply, Warehouse
from inventory.selectors.proposals import plan_of
from inventory.selectors.surplus import to_move_or_cancel
from inventory.services.purchasing import (
    OrderedLine,
    cancel_purchase_order,
    draft_purchase_order,
    place_purchase_order,
    propose_purchases,
    reschedule_line,
)
from inventory.services.receipts import ReceivedLine, post_goods_receipt
from inventory.services.reservations import Need, cover_demands, reserve_goods
from tests.factories.core import make_branch, make_calendar, make_organization, make_tax, make_user
from tests.factories.inventory import NOON, make_item, make_supplier, make_terms, make_warehouse, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse() -> Warehouse:
    return make_warehouse()


def want(item: Item, warehouse: Warehouse, qty: Any, key: str = "a", due_on: date | None = None) -> None:
    reserve_goods(needs=[Need(key, item.pk, warehouse.pk, Decimal(qty), due_on)], by=SYSTEM, partial=True)


def propose(warehouse: Warehouse, **fields: Any) -> list[PurchaseOrder]:
    fields.setdefault("by", SYSTEM)
    return propose_purchases(warehouse_id=warehouse.pk, at=NOON, **fields)


def test_shortage_in_packs_and_safety_stock_not_pegged(warehouse: Warehouse) -> None:
    item = make_item(min_stock=10)
    make_terms(item, price="12.10", pack_qty=6, lead_days=6)
    stock_up(item, warehouse, 4, 4)
    want(item, warehouse, 7)
    (order,) = propose(warehouse)
    line = order.lines.get()
    assert (line.qty, line.net_amount) == (18, Decimal("217.80"))  # 3 short and 10 to keep: 13 in packs of 6
    assert list(Peg.objects.filter(supply=line.supply).values_list("qty", flat=True)) == [3]
    assert propose(warehouse) == []


@pytest.mark.parametrize(
    ("pack", "moq", "ordered"), [(0, 0, "3.2"), (2, 0, "4"), (0, 5, "5"), (2, 5, "6"), ("1.5", 0, "4.5")]
)
def test_packs_and_minimum(warehouse: Warehouse, pack: Any, moq: Any, ordered: str) -> None:
    item = make_item()
    make_terms(item, pack_qty=pack, moq=moq)
    want(item, warehouse, "3.2")
    assert propose(warehouse)[0].lines.get().qty == Decimal(ordered)


def test_one_draft_per_supplier_and_the_first_supplier_wins(warehouse: Warehouse) -> None:
    cheap, dear = make_supplier(), make_supplier()
    items = [make_item(f"S-{n}") for n in range(3)]
    make_terms(items[0], supplier=cheap, price=1)
    make_terms(items[0], supplier=dear, price=2)
    make_terms(items[1], supplier=cheap, price=9, rank=2)
    make_terms(items[1], supplier=dear, price=10, rank=1)
    make_terms(items[2], supplier=dear, price=3)
    for n, item in enumerate(items):
        want(item, warehouse, 1, f"d{n}")
    orders = {order.supplier: order for order in propose(warehouse, reason="order 7")}
    assert {s: [li.item.sku for li in o.lines.order_by("position")] for s, o in orders.items()} == {
        cheap: ["S-0"],
        dear: ["S-1", "S-2"],
    }
    assert {order.reason for order in orders.values()} == {"order 7"}
    assert orders[dear].net_amount == Decimal("13.00")


def test_the_earliest_demand_gets_the_new_goods(warehouse: Warehouse) -> None:
    item = make_item()
    make_terms(item)
    want(item, warehouse, 2, "late", date(2026, 6, 1))
    want(item, warehouse, 3, "soon", date(2026, 5, 1))
    propose(warehouse)
    assert list(Peg.objects.order_by("pk").values_list("demand__key", "qty")) == [("soon", 3), ("late", 2)]


def test_what_nobody_sells_is_told_and_not_ordered(warehouse: Warehouse) -> None:
    item = make_item()
    want(item, warehouse, 1)
    assert propose(warehouse) == []
    event = Event.objects.get(name="inventory.PurchasesProposed")
    assert event.payload == {"warehouse_id": warehouse.pk, "order_ids": [], "without_supplier": [item.pk]}


def test_made_items_and_items_not_asked_for_are_left_alone(warehouse: Warehouse) -> None:
    made, other = make_item(replenishment="make"), make_item(min_stock=5)
    make_terms(made)
    make_terms(other)
    want(made, warehouse, 1)
    assert propose(warehouse, item_ids=[made.pk]) == []
    assert len(propose(warehouse)) == 1


def test_tax_and_due_days_follow_the_organisation(warehouse: Warehouse) -> None:
    calendar = make_calendar(holidays=[date(2026, 3, 4)])
    branch = make_branch(organization=make_organization(calendar=calendar))
    warehouse, item = make_warehouse(branch=branch), make_item(tax=make_tax(20))
    make_terms(item, price=10, lead_days=3)
    want(item, warehouse, 2)
    (order,) = propose(warehouse)  # Monday 2 March, Wednesday is free
    assert order.lines.get().due_on == date(2026, 3, 6)
    assert (order.net_amount, order.tax_amount, order.gross_amount) == (20, 4, 24)


def test_who_may_propose_and_order(warehouse: Warehouse) -> None:
    item = make_item(min_stock=1)
    make_terms(item)
    with pytest.raises(NotAllowed):
        propose(warehouse, by=make_user("seller"))
    (order,) = propose(warehouse, by=make_user("production_lead"))
    with pytest.raises(NotAllowed):
        place_purchase_order(order_id=order.pk, at=NOON, by=make_user("production_lead"))
    assert place_purchase_order(order_id=order.pk, at=NOON, by=make_user("purchaser")).status == "ordered"


def written(warehouse: Warehouse, *lines: OrderedLine) -> PurchaseOrder:
    return draft_purchase_order(
        warehouse_id=warehouse.pk, supplier_id=make_supplier().pk, lines=lines, at=NOON, by=SYSTEM
    )


def test_an_order_by_hand_counts_as_coming(warehouse: Warehouse) -> None:
    item = make_item()
    want(item, warehouse, 2)
    order = written(warehouse, OrderedLine(item.pk, Decimal(5), Decimal("1.50"), 2))
    assert cover_demands(keys=["a"], by=SYSTEM)[0].from_supply == 2
    assert (order.net_amount, order.lines.get().due_on) == (Decimal("7.50"), date(2026, 3, 4))
    with pytest.raises(PurchaseEmpty):
        written(warehouse)
    with pytest.raises(NotPositive):
        written(warehouse, OrderedLine(item.pk, Decimal(0)))


def test_ordering_twice_is_ordering_once(warehouse: Warehouse) -> None:
    order = written(warehouse, OrderedLine(make_item().pk, Decimal(1)))
    for _twice in range(2):
        place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)
    assert StatusChange.objects.filter(record_id=order.pk, to_status="ordered").count() == 1
    assert Event.objects.filter(name="inventory.PurchaseOrderPlaced").count() == 1


def test_ordering_later_moves_the_due_day_unless_it_was_agreed(warehouse: Warehouse) -> None:
    items = [make_item(), make_item()]
    order = written(warehouse, *(OrderedLine(item.pk, Decimal(1), Decimal(1), 3) for item in items))
    counted, agreed = order.lines.order_by("position")
    reschedule_line(line_id=agreed.pk, due_on=date(2026, 3, 31), by=SYSTEM)
    place_purchase_order(order_id=order.pk, at=NOON + timedelta(days=1), by=SYSTEM)
    due = dict(order.lines.values_list("pk", "supply__due_on"))
    assert due == {counted.pk: date(2026, 3, 6), agreed.pk: date(2026, 3, 31)}


def test_a_cancelled_order_leaves_its_demands_short(warehouse: Warehouse) -> None:
    item = make_item()
    make_terms(item)
    want(item, warehouse, 2)
    (order,) = propose(warehouse)
    for _twice in range(2):
        cancel_purchase_order(order_id=order.pk, at=NOON, by=make_user("purchaser"), reason="too late")
    assert Demand.objects.get().pegged_qty == 0
    assert Supply.objects.get().status == "cancelled"
    with pytest.raises(PurchaseNotDraft):
        place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)
    with pytest.raises(PurchaseNotOrdered):
        reschedule_line(line_id=order.lines.get().pk, lead_days=1, by=SYSTEM)
    assert len(propose(warehouse)) == 1


def test_what_has_begun_to_come_is_not_cancelled(warehouse: Warehouse) -> None:
    order = written(warehouse, OrderedLine(make_item().pk, Decimal(2), Decimal(1)))
    place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)
    line = ReceivedLine(order.lines.get().pk, Decimal(1))
    post_goods_receipt(order_id=order.pk, lines=[line], at=NOON, by=SYSTEM)
    with pytest.raises(PurchaseStarted):
        cancel_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)


def test_every_proposal_is_deterministic(warehouse: Warehouse) -> None:
    items = [make_item(f"D-{n}", min_stock=n + 1) for n in range(5)]
    supplier = make_supplier()
    for item in items:
        make_terms(item, supplier=supplier, pack_qty=2)
    (order,) = propose(warehouse)
    assert list(order.lines.order_by("position").values_list("item__sku", "qty")) == [
        (f"D-{n}", n + 1 + (n + 1) % 2) for n in range(5)
    ]


@pytest.mark.parametrize(
    ("free", "minimum", "ordered"),
    # 5 are wanted and none was there when they were; what came in unasked counts before anything is bought.
    [(0, 0, 5), (3, 0, 2), (5, 0, None), (8, 0, None), (3, 4, 6), (8, 4, 1), (9, 4, None)],
)
def test_free_stock_counts_before_anything_is_bought(
    warehouse: Warehouse, free: int, minimum: int, ordered: int | None
) -> None:
    item = make_item(min_stock=minimum)
    make_terms(item)
    want(item, warehouse, 5)
    if free:
        stock_up(item, warehouse, free, free)
    planned = plan_of(warehouse, NOON, SYSTEM)
    assert [one.qty for basket in planned.baskets for one in basket.proposals] == ([ordered] if ordered else [])
    orders = propose(warehouse)
    assert [line.qty for order in orders for line in order.lines.all()] == ([ordered] if ordered else [])
    demand = Demand.objects.get()
    assert demand.pegged_qty == 5
    assert sum(StockBalance.objects.filter(item=item).values_list("reserved", flat=True)) == min(free, 5)
    assert propose(warehouse) == []


def test_goods_that_come_for_nobody_count_too_the_earliest_demand_first(warehouse: Warehouse) -> None:
    item = make_item()
    make_terms(item)
    want(item, warehouse, 4, "late", date(2026, 6, 1))
    want(item, warehouse, 3, "soon", date(2026, 5, 1))
    stock_up(item, warehouse, 2, 2)
    written(warehouse, OrderedLine(item.pk, Decimal(3), Decimal(1)))
    propose(warehouse)
    from_stock = Peg.objects.filter(balance__isnull=False).values_list("demand__key", "qty")
    assert list(from_stock) == [("soon", 2)]
    assert sum(Peg.objects.filter(supply__isnull=False).values_list("qty", flat=True)) == 5


def test_an_ordered_line_is_not_called_off_while_a_demand_lacks_it(warehouse: Warehouse) -> None:
    wanted, idle = make_item(), make_item()
    want(wanted, warehouse, 4)
    order = written(warehouse, *(OrderedLine(item.pk, Decimal(5), Decimal(1)) for item in (wanted, idle)))
    place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)
    assert [(one.line.item, one.unneeded) for one in to_move_or_cancel(warehouse)] == [(idle, 5)]
