"""The warehouse's share of the main job, to the cent: buying, receiving, issuing, as-of values, a late freight."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.actors import SYSTEM
from core.models import User
from inventory.choices import LocationKind, MoveKind, PurchaseStatus, SupplyKind, Valuation
from inventory.models import (
    CostLayer,
    Demand,
    GoodsReceipt,
    Item,
    LayerUse,
    Peg,
    PurchaseOrder,
    StockMove,
    Supply,
    Warehouse,
)
from inventory.selectors.stock import cost_preview, stock_as_of, stock_value_as_of
from inventory.services.moves import Draw, Put, draw_goods, store_goods
from inventory.services.purchasing import place_purchase_order, propose_purchases, reschedule_line
from inventory.services.receipts import Landed, ReceivedLine, add_late_cost, post_goods_receipt
from inventory.services.reservations import Coming, Need, register_supplies, reserve_goods
from tests.factories.core import make_user
from tests.factories.inventory import make_item, make_supplier, make_terms, make_warehouse, stock_up

pytestmark = pytest.mark.django_db

D = Decimal


def at(day: str, time: str = "12:00") -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=UTC)


@dataclass
class World:
    """The fixture of the main job, as far as the warehouse sees it."""

    valuation: str = Valuation.FIFO
    items: dict[str, Item] = field(default_factory=dict)
    warehouse: Warehouse = field(default_factory=make_warehouse)
    purchaser: User = field(default_factory=lambda: make_user("purchaser"))
    storekeeper: User = field(default_factory=lambda: make_user("storekeeper"))

    def __post_init__(self) -> None:
        for sku, unit, fields in [
            ("ALU-P", "m", {"min_stock": 10}),
            ("GLS-8", "m2", {}),
            ("HWK", "pc", {}),
            ("SEAL", "pc", {}),
            ("GP-200", "pc", {"replenishment": "make"}),
        ]:
            self.items[sku] = make_item(sku, unit=unit, valuation=self.valuation, **fields)
        for sku, qty, cost, day in [
            ("ALU-P", "20", "11.20", "02-02"),
            ("ALU-P", "15", "11.85", "02-16"),
            ("GLS-8", "4.0", "38.40", "02-02"),
            ("HWK", "2", "54.00", "02-02"),
            ("SEAL", "10", "6.35", "02-02"),
        ]:
            stock_up(self.items[sku], self.warehouse, qty, D(qty) * D(cost), at=at(day))
        for sku, supplier, terms in [
            ("GLS-8", "Clearpane", {"price": "41.25", "pack_qty": 2, "lead_days": 5}),
            ("HWK", "Fastfix", {"price": "52.80", "moq": 5, "lead_days": 3}),
            ("ALU-P", "Alumet", {"price": "12.10", "pack_qty": 6, "lead_days": 6}),
        ]:
            make_terms(self.items[sku], supplier=make_supplier(supplier), **terms)

    def want_material(self) -> None:
        needs = [("ALU-P", "29.64"), ("GLS-8", "7.2"), ("HWK", "3")]
        reserve_goods(
            needs=[
                Need(f"production.material:{sku}", self.items[sku].pk, self.warehouse.pk, D(qty)) for sku, qty in needs
            ],
            by=SYSTEM,
            partial=True,
        )

    def propose(self) -> dict[str, PurchaseOrder]:
        orders = propose_purchases(warehouse_id=self.warehouse.pk, at=at("03-11", "12:30"), by=self.purchaser)
        return {order.supplier.legal_name: order for order in orders}

    def receive(self, order: PurchaseOrder, moment: datetime, landed: list[Landed] | None = None) -> GoodsReceipt:
        place_purchase_order(order_id=order.pk, at=at("03-11", "12:30"), by=self.purchaser)
        return post_goods_receipt(
            order_id=order.pk,
            lines=[ReceivedLine(order_line_id=line.pk, qty=line.qty) for line in order.lines.all()],
            at=moment,
            by=self.storekeeper,
            landed=landed or [],
            key=f"receipt:{order.pk}",
        )

    def receive_all(self) -> dict[str, GoodsReceipt]:
        self.want_material()
        orders = self.propose()
        return {
            "HWK": self.receive(orders["Fastfix"], at("03-17", "10:00")),
            "GLS-8": self.receive(orders["Clearpane"], at("03-18", "15:00"), [Landed("Freight", D("18.00"))]),
            "ALU-P": self.receive(orders["Alumet"], at("03-19", "09:00")),
        }

    def issue(self) -> list[StockMove]:
        draws = [("ALU-P", "30.00"), ("GLS-8", "7.2"), ("HWK", "3")]
        moves = draw_goods(
            draws=[
                Draw(
                    item_id=self.items[sku].pk,
                    warehouse_id=self.warehouse.pk,
                    qty=D(qty),
                    source_key=f"issue:{sku}",
                    demand_key=f"production.material:{sku}",
                )
                for sku, qty in draws
            ],
            kind=MoveKind.ISSUE,
            to_kind=LocationKind.PRODUCTION,
            at=at("03-19", "16:10"),
            by=SYSTEM,
            branch_id=self.warehouse.branch_id,
        )
        assert [len(parts) for parts in moves] == [1, 1, 1]
        return [parts[0] for parts in moves]

    def output_and_ship(self) -> None:
        """Step 12 to 14: three pieces come out of production, go to the client, and two seals are used on site."""
        product = self.items["GP-200"]
        reserve_goods(
            needs=[Need(key="sales.line:1", item_id=product.pk, warehouse_id=self.warehouse.pk, qty=D(3))],
            by=SYSTEM,
            partial=True,
        )
        coming = Coming("production.work_order:1", SupplyKind.MAKE, product.pk, self.warehouse.pk, D(3))
        register_supplies(supplies=[coming], by=SYSTEM)
        put = Put(product.pk, self.warehouse.pk, D(3), D("940.30"), "output:1", supply_key=coming.key)
        store_goods(
            puts=[put], kind=MoveKind.OUTPUT, from_kind=LocationKind.PRODUCTION, at=at("03-20", "10:45"), by=SYSTEM,
            branch_id=self.warehouse.branch_id,
        )  # fmt: skip
        for day, sku, qty, kind, demand in [
            ("03-23", "GP-200", 2, MoveKind.SHIPMENT, "sales.line:1"),
            ("03-24", "GP-200", 1, MoveKind.SHIPMENT, "sales.line:1"),
            ("03-25", "SEAL", 2, MoveKind.SITE_ISSUE, None),
        ]:
            draw = Draw(self.items[sku].pk, self.warehouse.pk, D(qty), f"{kind}:{day}", demand_key=demand)
            draw_goods(
                draws=[draw], kind=kind, to_kind=LocationKind.CUSTOMER, at=at(day), by=SYSTEM,
                branch_id=self.warehouse.branch_id,
            )  # fmt: skip

    def value_of(self, sku: str, moment: datetime) -> tuple[D, D]:
        rows = stock_as_of(moment, item_ids=[self.items[sku].pk])
        return (rows[0].qty, rows[0].value or D(0)) if rows else (D(0), D(0))


def test_estimate_of_material_from_layers() -> None:
    world = World()
    previews = {
        sku: cost_preview(world.items[sku].pk, world.warehouse.pk, D(qty))
        for sku, qty in [("ALU-P", "29.64"), ("GLS-8", "7.2"), ("HWK", "3")]
    }
    assert [part.value for part in previews["ALU-P"].slices] == [D("224.00"), D("114.23")]
    assert previews["ALU-P"].value == D("338.23")
    assert (previews["GLS-8"].covered_qty, previews["GLS-8"].value) == (D("4.0"), D("153.60"))
    assert (previews["HWK"].covered_qty, previews["HWK"].value) == (D("2"), D("108.00"))
    assert previews["HWK"].last_unit_cost == D("54")


def test_proposals_pegs_and_due_days() -> None:
    world = World()
    assert stock_value_as_of(at("03-10")) == D("726.85")
    world.want_material()
    orders = world.propose()
    lines = {name: order.lines.get() for name, order in orders.items()}
    assert {name: (line.qty, line.due_on) for name, line in lines.items()} == {
        "Clearpane": (D("4.0"), date(2026, 3, 18)),
        "Fastfix": (D("5"), date(2026, 3, 16)),
        "Alumet": (D("6"), date(2026, 3, 19)),
    }
    assert {order.status for order in orders.values()} == {PurchaseStatus.DRAFT}
    pegs = {
        (peg.demand.item.sku, "stock" if peg.balance_id else "purchase"): peg.qty
        for peg in Peg.objects.select_related("demand__item")
    }
    assert pegs == {
        ("ALU-P", "stock"): D("29.64"),
        ("GLS-8", "stock"): D("4.0"),
        ("GLS-8", "purchase"): D("3.2"),
        ("HWK", "stock"): D("2"),
        ("HWK", "purchase"): D("1"),
    }
    assert world.propose() == {}
    assert PurchaseOrder.objects.count() == 3


def test_what_if_the_glass_came_in_two_days() -> None:
    world = World()
    world.want_material()
    line = world.propose()["Clearpane"].lines.get()
    assert reschedule_line(line_id=line.pk, lead_days=2, by=world.purchaser).due_on == date(2026, 3, 13)
    assert Supply.objects.get(purchase_line=line).due_on == date(2026, 3, 13)


def test_receipts_with_freight() -> None:
    world = World()
    receipts = world.receive_all()
    values = {sku: receipt.lines.get() for sku, receipt in receipts.items()}
    assert (values["HWK"].value, values["HWK"].landed_value) == (D("264.00"), D("0.00"))
    assert (values["GLS-8"].value, values["GLS-8"].landed_value) == (D("165.00"), D("18.00"))
    assert values["ALU-P"].value == D("72.60")
    assert stock_value_as_of(at("03-19", "09:30")) == D("1246.45")
    demand = Demand.objects.get(key="production.material:GLS-8")
    assert [(peg.qty, peg.status) for peg in demand.pegs.filter(balance__isnull=False)] == [(D("7.2"), "open")]


@pytest.mark.parametrize(
    ("valuation", "values"),
    [
        (Valuation.FIFO, ["342.50", "300.00", "160.80"]),
        (Valuation.AVERAGE, ["347.09", "302.94", "159.43"]),
    ],
)
def test_issue_costs(valuation: str, values: list[str]) -> None:
    world = World(valuation=valuation)
    world.receive_all()
    moves = world.issue()
    assert [move.value for move in moves] == [D(value) for value in values]
    total = sum(D(value) for value in values)
    assert total == (D("803.30") if valuation == Valuation.FIFO else D("809.46"))
    assert stock_value_as_of(at("03-19", "23:59")) == D("1246.45") - total


def test_slices_of_the_issue() -> None:
    world = World()
    world.receive_all()
    world.issue()
    uses = LayerUse.objects.order_by("pk").values_list("value", flat=True)
    assert list(uses) == [D(v) for v in ("224.00", "118.50", "153.60", "146.40", "108.00", "52.80")]


def test_end_stock_and_documents() -> None:
    world = World()
    world.receive_all()
    world.issue()
    world.output_and_ship()
    shipped = StockMove.objects.filter(kind=MoveKind.SHIPMENT).order_by("pk")
    assert [move.value for move in shipped] == [D("626.87"), D("313.43")]
    assert StockMove.objects.get(kind=MoveKind.SITE_ISSUE).value == D("12.70")
    end = at("03-25", "23:59")
    assert {sku: world.value_of(sku, end) for sku in world.items} == {
        "ALU-P": (D("11"), D("131.85")),
        "GLS-8": (D("0.8"), D("36.60")),
        "HWK": (D("4"), D("211.20")),
        "SEAL": (D("8"), D("50.80")),
        "GP-200": (D("0"), D("0")),
    }
    assert stock_value_as_of(at("03-19", "23:59")) == D("443.15")
    assert stock_value_as_of(at("03-20", "23:59")) == D("1383.45")
    assert stock_value_as_of(end) == D("430.45")
    assert StockMove.objects.exclude(kind=MoveKind.OPENING).count() == 10
    assert LayerUse.objects.count() == 9
    assert Demand.objects.get(key="sales.line:1").status == "done"


def test_late_freight_splits_over_stock_and_use(followed: list[Any]) -> None:
    world = World()
    receipts = world.receive_all()
    world.issue()
    world.output_and_ship()
    march = {day: stock_value_as_of(at(day, "23:59")) for day in ("03-18", "03-19", "03-25", "03-31")}
    for _twice in range(2):
        add_late_cost(
            receipt_id=receipts["GLS-8"].pk, label="Freight", amount=D("2.00"), at=at("04-02"), by=world.purchaser,
            source_key="late:1",
        )  # fmt: skip
    assert world.value_of("GLS-8", at("04-02")) == (D("0.8"), D("37.00"))
    assert [(share.amount, share.move.kind) for share in followed] == [(D("1.60"), MoveKind.ISSUE)]
    assert {day: stock_value_as_of(at(day, "23:59")) for day in march} == march
    layer = CostLayer.objects.get(move__receipt_line__receipt=receipts["GLS-8"])
    assert (layer.left_qty, layer.left_value) == (D("0.8"), D("37.00"))
