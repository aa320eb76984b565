"""Work that goes on today: open orders on the shop floor, late goods, questions about cost, a blocked machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F

from core import calendars
from core.calendars import Calendar
from core.models import User
from crm.models import LegalEntity
from inventory.choices import PurchaseStatus
from inventory.models import Item, Peg, PurchaseOrder, Warehouse
from inventory.services import purchasing, receipts
from production.models import BOM, Operation, ScrapReason, WorkCenter, WorkOrder
from production.services import centers, recipes, work
from production.services.recipes import PartDraft, StepDraft
from sales.models import OrderLine, SalesOrder
from sales.services import confirming, deals, estimates, orders
from sales.services.lines import LineDraft
from samples.demo import shop_floor

# What is ordered, and how many working days ago.
ORDERS = (
    (12, {"GP-200": 6, "GD-90": 2}), (9, {"DSK-160": 8}), (8, {"CAB-80": 6, "TBL-240": 1}), (6, {"GP-300": 4}),
    (4, {"GP-200": 3}), (3, {"DSK-160": 12}), (2, {"GD-90": 5}), (1, {"TBL-240": 2}), (1, {"CAB-80": 10}),
)  # fmt: skip
RECEIVED = 5  # the oldest orders whose goods came in
REASONS = ("Scratched surface", "Wrong size", "Broken glass", "Glue did not hold")
# What sales asks about, and in how many days it is due.
QUESTIONS = (
    ({"GP-200": 12, "GD-90": 2}, -1), ({"TBL-240": 3}, 1), ({"DSK-160": 20, "CAB-80": 20}, 3), ({"GP-300": 5}, 6),
)  # fmt: skip


class Today:
    """The people and places that the work of today needs, found in the company that is there."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.warehouse = Warehouse.objects.select_related("branch").order_by("pk")[0]
        self.calendar: Calendar = calendars.load(self.warehouse.branch.calendar_id)

    def item(self, sku: str) -> int:
        return Item.objects.get(sku=sku).pk

    def person(self, role: str) -> User:
        return User.objects.filter(role_assignments__role__code=role).order_by("pk")[0]

    def ago(self, days: int, *, hours: float = 1) -> datetime:
        """A working moment some working days ago."""
        day = self.calendar.add_working_days(self.calendar.day_of(self.now), -days)
        return min(self.calendar.opening(day) + timedelta(hours=hours), self.now)


def go_on(now: datetime) -> None:
    """Fill the shop floor: what was ordered lately is planned, bought, begun, late, or waits."""
    today = Today(now)
    lead = today.person("production_lead")
    shop_floor.write_checks(lead=lead, since=today.ago(14))
    made = [_order(today, number, *given) for number, given in enumerate(ORDERS)]
    _buy(today, made)
    _work(today, made)
    shop_floor.make_stock(warehouse=today.warehouse, lead=lead, at=today.now)
    operators = User.objects.filter(role_assignments__role__code="operator", is_active=True)
    shop_floor.give_badges(people=[*operators.order_by("pk"), lead], lead=lead, at=today.now)
    _ask(today)
    _maintain(today)
    _draft(today)


def _order(today: Today, number: int, days: int, wanted: dict[str, int]) -> SalesOrder:
    entities = LegalEntity.objects.filter(client__is_customer=True, client__binned_at=None).order_by("client_id", "pk")
    entity = list(entities.distinct("client_id")[:40])[number * 3]
    at = today.ago(days)
    order = orders.create_order(
        legal_entity_id=entity.pk,
        lines=[LineDraft(today.item(sku), Decimal(qty)) for sku, qty in wanted.items()],
        at=at,
        by=today.person("head_of_sales"),
        branch_id=today.warehouse.branch_id,
        warehouse_id=today.warehouse.pk,
        owner_id=entity.client.owner_id,
        wished_on=today.calendar.add_working_days(today.calendar.day_of(at), 12 + number),
    )
    confirming.confirm_order(order_id=order.pk, at=at, by=today.person("head_of_sales"))
    return order


def _buy(today: Today, made: list[SalesOrder]) -> None:
    """Place what was proposed; the goods of the oldest orders came in, some of the others are on their way."""
    for draft in PurchaseOrder.objects.filter(status=PurchaseStatus.DRAFT, origin="own").order_by("pk"):
        if not draft.lines.filter(supply__pegs__demand__in=_demands(made[:-2])).exists():
            continue
        purchasing.place_purchase_order(order_id=draft.pk, at=today.ago(1, hours=2), by=today.person("purchaser"))
    needed = Peg.objects.filter(demand__in=_demands(made[:RECEIVED]), status="open", supply__kind="purchase")
    for purchase in PurchaseOrder.objects.filter(lines__supply__pegs__in=needed, status="placed").distinct():
        receipts.post_goods_receipt(
            order_id=purchase.pk,
            lines=[
                receipts.ReceivedLine(order_line_id=row.pk, qty=row.qty)
                for row in purchase.lines.filter(received_qty__lt=F("qty"))
            ],
            landed=[receipts.Landed(label="Freight", amount=Decimal(24))],
            at=today.ago(1, hours=3),
            by=today.person("storekeeper"),
            key=f"demo-today-{purchase.pk}",
        )


def _demands(made: list[SalesOrder]) -> Any:
    from inventory.models import Demand

    works = WorkOrder.objects.filter(order_line__order__in=made)
    keys = [line.demand_key for line in OrderLine.objects.filter(order__in=made)]
    return Demand.objects.filter(material__work_order__in=works) | Demand.objects.filter(key__in=keys)


def _work(today: Today, made: list[SalesOrder]) -> None:
    """The first work orders are done or run; the next are released."""
    reasons = [ScrapReason.objects.get_or_create(name=name)[0] for name in REASONS]
    lead, operator = today.person("production_lead"), today.person("operator")
    works = list(WorkOrder.objects.filter(order_line__order__in=made).order_by("order_line__order_id", "-pk"))
    running = 0
    for number, one in enumerate(works):
        waits = Peg.objects.filter(demand__material__work_order=one, supply__isnull=False, status="open").exists()
        if number < 10:
            work.release_work_order(work_order_id=one.pk, at=today.ago(2), by=lead)
        if waits or number >= 8:
            continue
        work.issue_materials(work_order_id=one.pk, at=today.ago(1), by=operator, key=f"demo-today-{one.pk}")
        steps = list(one.operations.order_by("sequence"))
        if number < 3:
            _finish(today, steps, operator, number)
            continue
        if running < 2:
            person = [operator, lead][running]
            work.start_operation(
                operation_id=steps[0].pk, at=today.now - timedelta(minutes=78 - 36 * running), by=person
            )
            half = (one.qty / 2).to_integral_value() or Decimal(1)
            work.count_pieces(operation_id=steps[0].pk, good=half, at=today.now, by=person, key="demo-good")
            if one.qty - half >= 1 and running == 0:
                work.count_pieces(
                    operation_id=steps[0].pk, scrap=Decimal(1), reason_id=reasons[0].pk, at=today.now, by=person,
                    key="demo-scrap",
                )  # fmt: skip
            shop_floor.check(steps[0], by=person, at=today.now, leave=1)
            running += 1
    waiting = Operation.objects.filter(work_order__in=works[3:10], running_since=None, started_at=None)
    shop_floor.stand_still(
        blocked=waiting.filter(work_order__status="released", status="ready").order_by("starts_at", "pk").first(),
        running=Operation.objects.filter(running_by=operator).first(),
        operator=operator,
        at=today.now,
    )


def _finish(today: Today, steps: list[Any], operator: User, number: int) -> None:
    """The first order is made, the next have their first operation behind them."""
    for step in steps if number == 0 else steps[:1]:
        shop_floor.check(step, by=operator, at=today.ago(1, hours=4))
        work.report_time(
            operation_id=step.pk, minutes=step.minutes + 7, good_qty=step.work_order.qty, at=today.ago(1, hours=5),
            by=operator, key="demo-today",
        )  # fmt: skip
    if number == 0:
        one = steps[0].work_order
        work.report_output(work_order_id=one.pk, qty=one.qty, at=today.ago(1, hours=6), by=operator, key="demo-today")


def _ask(today: Today) -> None:
    """Questions of sales that wait for an answer."""
    sellers = list(User.objects.filter(role_assignments__role__code="seller").order_by("pk"))
    entities = list(
        LegalEntity.objects.filter(client__is_customer=True).order_by("client_id").distinct("client_id")[:20]
    )
    for number, (wanted, due) in enumerate(QUESTIONS):
        seller, entity = sellers[number % len(sellers)], entities[number * 2 + 1]
        deal = deals.open_deal(
            at=today.ago(2), by=seller, client_id=entity.client_id, legal_entity_id=entity.pk,
            branch_id=today.warehouse.branch_id, amount=Decimal(4200 + 1900 * number), owner_id=seller.pk,
            name=f"{entity.client}: next floor",
        )  # fmt: skip
        deals.move_deal(deal_id=deal.pk, stage_code="estimate", at=today.ago(2, hours=2), by=seller)
        estimates.request_estimate(
            deal_id=deal.pk,
            lines=[(today.item(sku), Decimal(qty)) for sku, qty in wanted.items()],
            at=today.ago(2, hours=3),
            by=seller,
            due_on=today.now.date() + timedelta(days=due),
        )


def _maintain(today: Today) -> None:
    """The CNC is serviced for a morning next week."""
    day = today.calendar.add_working_days(today.calendar.day_of(today.now), 3)
    opens = today.calendar.opening(day)
    centers.block_center(
        center_id=WorkCenter.objects.get(code="CNC").pk,
        starts_at=opens,
        ends_at=opens + timedelta(hours=4),
        reason="Yearly service",
        at=today.now,
        by=today.person("production_lead"),
    )


def _draft(today: Today) -> None:
    """A better recipe of the desk is being written."""
    old = BOM.objects.filter(item__sku="DSK-160", status="active").order_by("-revision").first()
    if old is None:
        return
    recipes.create_bom(
        item_id=old.item_id,
        parts=[PartDraft(row.item_id, row.qty, row.scrap_pct) for row in old.lines.order_by("position")],
        steps=[
            replace(StepDraft.like(row), run_minutes=row.run_minutes * Decimal("0.9"))
            for row in old.operations.order_by("sequence")
        ],
        batch_qty=old.batch_qty,
        valid_from=today.calendar.next_working_day(today.calendar.day_of(today.now)),
        by=today.person("production_lead"),
    )
