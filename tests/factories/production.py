"""Valid records of `production` for tests, made by its services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from core.actors import SYSTEM
from core.models import Branch, WorkCalendar
from inventory.choices import Replenishment, Valuation
from inventory.models import Item, Warehouse
from production.models import BOM, WorkCenter, WorkOrder
from production.services.centers import block_center, create_work_center
from production.services.planning import plan_order
from production.services.recipes import PartDraft, StepDraft, activate_bom, create_bom
from sales.models import SalesOrder
from sales.services.confirming import confirm_order
from tests.factories.core import make_branch, make_calendar, make_organization, serial
from tests.factories.inventory import make_item, make_supplier, make_terms, make_warehouse, stock_up
from tests.factories.sales import make_order, make_sold_item

CONFIRMED = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)  # a Wednesday


def make_center(
    code: str = "", *, branch: Branch | None = None, calendar: WorkCalendar | None = None, rate: Any = 36, **fields: Any
) -> WorkCenter:
    """A centre that works Monday to Friday 08:00–16:00 UTC, one job at a time, unless told otherwise."""
    code = code or f"center-{serial()}"
    branch = branch or make_branch()
    calendar = calendar or make_calendar()
    return create_work_center(
        branch_id=branch.pk,
        code=code,
        name=code,
        calendar_id=calendar.pk,
        rate_per_hour=Decimal(rate),
        by=SYSTEM,
        **fields,
    )


def make_bom(
    item: Item | None = None,
    parts: Iterable[tuple[Any, ...]] = (),
    steps: Iterable[tuple[WorkCenter, Any, Any]] = (),
    *,
    active: bool = True,
    **fields: Any,
) -> BOM:
    """A recipe in force: parts are (item, quantity[, scrap %]), steps (centre, set-up, run minutes).

    The item is one that we make from then on. Without parts it contains one new item.
    """
    item = item or make_item()
    Item.objects.filter(pk=item.pk).update(replenishment=Replenishment.MAKE)
    item.replenishment = Replenishment.MAKE
    bom = create_bom(
        item_id=item.pk,
        parts=[
            PartDraft(part.pk, Decimal(qty), Decimal(scrap[0]) if scrap else Decimal(0))
            for part, qty, *scrap in list(parts) or [(make_item(), 1)]
        ],
        steps=[StepDraft(center.pk, Decimal(run), Decimal(setup), name=center.code) for center, setup, run in steps],
        by=SYSTEM,
        **fields,
    )
    return activate_bom(bom_id=bom.pk, by=SYSTEM) if active else bom


def make_planned_order(
    lines: Iterable[tuple[Any, ...]], *, warehouse: Warehouse, at: datetime = CONFIRMED, **fields: Any
) -> SalesOrder:
    """An order for (item, quantity) lines, confirmed and planned at `at`."""
    order = make_order(lines, warehouse=warehouse, at=at, **fields)
    confirm_order(order_id=order.pk, at=at, by=SYSTEM)
    plan_order(order_id=order.pk, at=at, by=SYSTEM)
    order.refresh_from_db()
    return order


def make_work_order(qty: Any = 3, *, plant: Plant | None = None) -> WorkOrder:
    """A planned work order of the glazed partition, for an order of as many."""
    plant = plant or make_plant()
    order = make_planned_order([(plant.product, qty)], warehouse=plant.warehouse)
    return WorkOrder.objects.get(order_line__order=order)


@dataclass
class Plant:
    """The company of the main job: what it makes and buys, where, and what lies in stock."""

    branch: Branch
    warehouse: Warehouse
    calendar: WorkCalendar
    items: dict[str, Item] = field(default_factory=dict)
    centers: dict[str, WorkCenter] = field(default_factory=dict)

    @property
    def product(self) -> Item:
        return self.items["GP-200"]

    def item(self, sku: str) -> Item:
        return self.items[sku]


def make_plant(*, valuation: str = Valuation.FIFO, stocked: bool = True) -> Plant:
    """The fixture of MAIN_JOB.md, with the items of the partition valued as told."""
    calendar = make_calendar()
    branch = make_branch(organization=make_organization(calendar=calendar), calendar=calendar)
    plant = Plant(branch, make_warehouse(branch=branch), calendar)
    for sku, unit, minimum in [("ALU-P", "m", 10), ("GLS-8", "m2", 0), ("HWK", "pc", 0), ("SEAL", "pc", 0)]:
        plant.items[sku] = make_item(f"{sku}", unit=unit, valuation=valuation, min_stock=minimum)
    plant.items["GP-200"] = make_sold_item("549.90", sku="GP-200", valuation=valuation)
    for sku, price, terms in [
        ("GLS-8", "41.25", {"pack_qty": 2, "lead_days": 5}),
        ("HWK", "52.80", {"moq": 5, "lead_days": 3}),
        ("ALU-P", "12.10", {"pack_qty": 6, "lead_days": 6}),
    ]:
        make_terms(plant.item(sku), supplier=make_supplier(), price=price, **terms)
    for code, rate in [("CUT", "36.00"), ("ASM", "30.00")]:
        plant.centers[code] = make_center(code, branch=branch, calendar=calendar, rate=rate)
    make_bom(
        plant.product,
        [(plant.item("ALU-P"), "9.5", 4), (plant.item("GLS-8"), "2.4"), (plant.item("HWK"), 1)],
        [(plant.centers["CUT"], 30, 20), (plant.centers["ASM"], 15, 45)],
        valid_from=date(2026, 1, 1),
    )
    if stocked:
        _open_stock(plant)
    block_center(
        center_id=plant.centers["CUT"].pk,
        starts_at=datetime(2026, 3, 19, 8, tzinfo=UTC),
        ends_at=datetime(2026, 3, 19, 14, 30, tzinfo=UTC),
        reason="Booked",
        at=datetime(2026, 3, 1, tzinfo=UTC),
        by=SYSTEM,
    )
    return plant


def _open_stock(plant: Plant) -> None:
    for sku, qty, value, day in [
        ("ALU-P", 20, "224.00", 2),
        ("ALU-P", 15, "177.75", 16),
        ("GLS-8", 4, "153.60", 2),
        ("HWK", 2, "108.00", 2),
        ("SEAL", 10, "63.50", 2),
    ]:
        stock_up(plant.item(sku), plant.warehouse, qty, value, at=datetime(2026, 2, day, 8, tzinfo=UTC))
