"""Each planted corruption is found by the check that is there for it, and by no accident of another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from core.actors import SYSTEM
from inventory.models import Warehouse
from inventory.services.moves import Shift, reverse_move, transfer_goods
from inventory.services.places import add_location
from inventory.services.purchasing import OrderedLine, draft_purchase_order, place_purchase_order
from inventory.services.receipts import Landed, ReceivedLine, add_late_cost, post_goods_receipt
from inventory.services.reservations import Need, reserve_goods
from tests.factories.inventory import NOON, make_item, make_lot, make_supplier, make_warehouse, stock_up, take_out
from tests.inventory.conftest import warehouse_findings

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken() -> None:
    """Asked for by tests that leave the ledger broken, inside a transaction that is rolled back."""


@pytest.fixture
def warehouse(followed: list[object]) -> Warehouse:
    """A warehouse in which a bit of everything has happened."""
    warehouse, item, other, tracked = make_warehouse(), make_item(), make_item(), make_item(tracking="serial")
    shelf = add_location(warehouse_id=warehouse.pk, code="shelf", by=SYSTEM)
    order = draft_purchase_order(
        warehouse_id=warehouse.pk,
        supplier_id=make_supplier().pk,
        lines=[OrderedLine(item.pk, Decimal(10), Decimal(3)), OrderedLine(other.pk, Decimal(4), Decimal(5))],
        at=NOON,
        by=SYSTEM,
    )
    reserve_goods(needs=[Need("a", item.pk, warehouse.pk, Decimal(8))], by=SYSTEM, partial=True)
    place_purchase_order(order_id=order.pk, at=NOON, by=SYSTEM)
    first = order.lines.get(item=item)
    receipt = post_goods_receipt(
        order_id=order.pk, lines=[ReceivedLine(first.pk, Decimal(6), rejected_qty=Decimal(1))], at=NOON, by=SYSTEM,
        landed=[Landed("Freight", Decimal("4.00"))],
    )  # fmt: skip
    stock_up(item, warehouse, 5, 20)
    take_out(item, warehouse, 2, demand_key="a")
    add_late_cost(
        receipt_id=receipt.pk, label="Customs", amount=Decimal("2.50"), at=NOON, by=SYSTEM, source_key="late:1"
    )
    (wrong,) = take_out(item, warehouse, 1)
    reverse_move(move_id=wrong.pk, at=NOON, by=SYSTEM, reason="x")
    line = Shift(item.pk, warehouse.pk, warehouse.pk, Decimal(2), "shift:1", to_location_id=shelf.pk)
    transfer_goods(shifts=[line], at=NOON, by=SYSTEM, branch_id=warehouse.branch_id)
    stock_up(tracked, warehouse, 1, 9, lot_id=make_lot(tracked).pk)
    return warehouse


def plant(sql: str) -> None:
    """Change rows behind the back of everything: triggers and CHECK constraints are out of the way."""
    table = sql.split()[1] if sql.startswith("UPDATE") else sql.split()[2]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'x')", [table]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(sql)
        assert cursor.rowcount > 0, "nothing was planted"


ONE = "WHERE id = (SELECT min(id) FROM {0} WHERE {1})"


def one(change: str, table: str, which: str = "true") -> str:
    table = f"inventory_{table}"
    return f"UPDATE {table} SET {change} {ONE.format(table, which)}"  # noqa: S608


CORRUPTIONS = {
    "a balance grew": (one("qty = qty + 1", "stockbalance", "qty > 0"), "stock on hand is the sum of moves"),
    "a balance is gone": (
        "DELETE FROM inventory_stockbalance WHERE lot_id IS NOT NULL",
        "stock on hand is the sum of moves",
    ),
    "a move grew": (one("qty = qty + 1", "stockmove", "kind = 'transfer'"), "stock on hand is the sum of moves"),
    "reserved without a peg": (
        one("reserved = reserved + 1", "stockbalance", "qty > reserved"),
        "reserved is the open rest of stock pegs",
    ),
    "more reserved than there is": (
        one("reserved = qty + 1", "stockbalance"),
        "reserved is the open rest of stock pegs",
    ),
    "a peg grew": (
        one("qty = qty + 1", "peg", "status = 'open' AND supply_id IS NOT NULL"),
        "supplies count their pegs",
    ),
    "a demand forgot its pegs": (one("pegged_qty = 0", "demand"), "demands count their pegs"),
    "a demand got too much": (one("done_qty = qty + 5", "demand"), "demands count their pegs"),
    "a supply promises too much": (one("pegged_qty = qty + 5", "supply"), "supplies count their pegs"),
    "a peg is on other goods": (
        one("item_id = (SELECT max(id) FROM inventory_item)", "demand"),
        "pegs join the same goods",
    ),
    "a reversal takes back less": (
        one("qty = qty + 1", "stockmove", "reversal_of_id IS NOT NULL"),
        "a reversal mirrors its move",
    ),
    "a serial number lies there twice": (
        one("qty = 2", "stockbalance", "lot_id IS NOT NULL"),
        "a serial number lies in one place once",
    ),
    "tracked goods lost their lot": (
        one("lot_id = NULL", "stockbalance", "lot_id IS NOT NULL"),
        "tracked goods lie under a lot",
    ),
    "a layer lost quantity": (
        one("left_qty = left_qty - 1", "costlayer", "left_qty > 1"),
        "cost layers hold what lies",
    ),
    "a layer gained value": (one("left_value = left_value + 0.01", "costlayer"), "what came into a layer"),
    "a warehouse is worth more than its layers": (
        one("amount = amount + 0.01", "worthchange"),
        "the worth kept of a warehouse",
    ),
    "a layer changed past its trigger": (
        one("left_value = left_value + 0.01", "costlayer"),
        "the worth kept of a warehouse",
    ),
    "a use cost less": (one("value = value - 0.01", "layeruse", "qty > 0"), "goods that leave a warehouse cost"),
    "a use was given back to another layer": (
        one("layer_id = (SELECT max(id) FROM inventory_costlayer)", "layeruse", "reversal_of_id IS NOT NULL"),
        "a reversal gives back to the layers",
    ),
    "a move lost value": (one("value = value - 0.01", "stockmove", "kind = 'receipt'"), "stock value is what came in"),
    "a shift got a value": (
        one("value = 1", "stockmove", "kind = 'transfer'"),
        "a move inside a warehouse has no value",
    ),
    "an adjustment part is gone": (
        "DELETE FROM inventory_valueadjustmentpart WHERE target = 'used'",
        "parts of a value adjustment add up",
    ),
    "freight was shared short": (one("amount = amount - 0.01", "landedcostshare"), "freight is shared out to the cent"),
    "a receipt line says another value": (
        one("value = value + 1", "goodsreceiptline"),
        "a receipt's moves carry its values",
    ),
    "a line received too much": (
        one("received_qty = received_qty + 50", "purchaseorderline"),
        "purchase lines count their receipts",
    ),
    "a supply received without a line": (
        one("received_qty = received_qty + 1", "supply"),
        "coming goods of a purchase line",
    ),
    "an order says it is complete": (one("status = 'received'", "purchaseorder"), "a purchase order's status follows"),
}


def test_all_is_well_before(warehouse: Warehouse) -> None:
    assert warehouse_findings() == []


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_a_planted_corruption_is_found(warehouse: Warehouse, broken: None, kind: str) -> None:
    sql, check = CORRUPTIONS[kind]
    plant(sql)
    found = warehouse_findings()
    assert any(finding.check.startswith(check) for finding in found), found
    assert all(finding.place and finding.problem for finding in found)
