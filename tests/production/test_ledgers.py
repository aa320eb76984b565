"""Every planted corruption of production is found, and a clean plant has none."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from psycopg2.extras import DateTimeTZRange

from core import ledgers
from core.actors import SYSTEM
from core.models import Holiday
from production.choices import BOMStatus, WorkOrderStatus
from production.models import (
    BOM,
    BOMLine,
    CenterSlot,
    Operation,
    PieceCount,
    ScrapReason,
    WipEntry,
    WorkCenter,
    WorkOrder,
    WorkOrderMaterial,
)
from production.services.work import close_work_order, count_pieces, issue_materials, report_output, report_time
from tests.factories.production import CONFIRMED, Plant, make_plant, make_work_order

pytestmark = pytest.mark.django_db

LEDGER = "production.WipEntry:wip_entry_append_only"


@pytest.fixture(scope="module")
def plant_of_module(kept: None) -> Plant:
    """One order planned, one made and closed with a cost that came late."""
    plant = make_plant()
    made = make_work_order(1, plant=plant)
    issue_materials(work_order_id=made.pk, at=CONFIRMED, by=SYSTEM, key="issue")
    report_output(work_order_id=made.pk, qty=Decimal(1), at=CONFIRMED, by=SYSTEM, key="out")
    cut = made.operations.order_by("sequence").first()
    report_time(operation_id=cut.pk, minutes=Decimal(10), at=CONFIRMED, by=SYSTEM, key="late")
    close_work_order(work_order_id=made.pk, at=CONFIRMED, by=SYSTEM)
    make_work_order(3, plant=plant)
    return plant


@pytest.fixture
def plant(plant_of_module: Plant, db: None) -> Plant:
    return deepcopy(plant_of_module)


def closed() -> WorkOrder:
    return WorkOrder.objects.get(status=WorkOrderStatus.CLOSED)


def planned() -> WorkOrder:
    return WorkOrder.objects.get(status=WorkOrderStatus.PLANNED)


def entry_more() -> None:
    WipEntry.objects.create(
        work_order=closed(), kind="time", amount=1, minutes=1, occurred_at=CONFIRMED, source_key="planted"
    )


def entry_changed() -> None:
    entry = WipEntry.objects.filter(kind="material").first()
    WipEntry.objects.filter(pk=entry.pk).update(amount=entry.amount + 1)


def entry_gone() -> None:
    WipEntry.objects.filter(kind="output").delete()


def settlement_changed() -> None:
    WipEntry.objects.filter(kind="settlement").update(amount=-1)


def output_counted_wrong() -> None:
    WorkOrder.objects.filter(pk=planned().pk).update(made_qty=1)


def issue_counted_wrong() -> None:
    WorkOrderMaterial.objects.filter(work_order=planned()).update(issued_qty=1)


def need_changed() -> None:
    WorkOrderMaterial.objects.filter(work_order=planned(), position=1).update(qty=7)


def recipe_closed_to_a_circle() -> None:
    bom = BOM.objects.get(status=BOMStatus.ACTIVE)
    BOMLine.objects.create(bom=bom, position=99, item=bom.item, qty=1)


def work_on_a_holiday() -> None:
    slot = CenterSlot.objects.filter(operation__isnull=False).first()
    Holiday.objects.create(calendar=slot.center.calendar, on=slot.period.lower.date(), name="Planted")


def work_at_night() -> None:
    slot = CenterSlot.objects.filter(operation__work_order=planned()).first()
    night = DateTimeTZRange(slot.period.lower + timedelta(hours=12), slot.period.upper + timedelta(hours=12))
    CenterSlot.objects.filter(pk=slot.pk).update(period=night)


def more_lanes_than_there_are() -> None:
    CenterSlot.objects.filter(operation__work_order=planned()).update(lane=2)
    WorkCenter.objects.update(capacity=1)


def second_before_first() -> None:
    last = Operation.objects.filter(work_order=planned()).last()
    Operation.objects.filter(pk=last.pk).update(starts_at=CONFIRMED, ends_at=CONFIRMED)


def too_little_time() -> None:
    Operation.objects.filter(work_order=planned()).update(minutes=5)


def pieces_counted_past_the_operation() -> None:
    operation = Operation.objects.filter(work_order=planned()).first()
    PieceCount.objects.create(
        operation=operation, good=operation.good_qty + 1, occurred_at=CONFIRMED, source_key="planted"
    )


def scrap_taken_out_of_the_operation() -> None:
    operation = Operation.objects.filter(work_order=planned()).first()
    reason = ScrapReason.objects.create(name="Planted")
    count_pieces(
        operation_id=operation.pk, scrap=Decimal(1), reason_id=reason.pk, at=CONFIRMED, by=SYSTEM, key="planted"
    )
    Operation.objects.filter(pk=operation.pk).update(scrap_qty=0)


FOUND: list[tuple[Callable[[], None], str]] = [
    (entry_more, "work in progress is never below zero, and zero when closed"),
    (entry_changed, "work in progress agrees with the moves of goods"),
    (entry_gone, "every issue and output is in a work order's books"),
    (settlement_changed, "cost handed on to products reached them"),
    (output_counted_wrong, "made and scrapped goods are what was reported"),
    (issue_counted_wrong, "issued material is what was posted"),
    (need_changed, "work orders need what their recipe says"),
    (recipe_closed_to_a_circle, "no recipe contains its own product"),
    (work_on_a_holiday, "planned work lies inside the calendar and the capacity"),
    (work_at_night, "planned work lies inside the calendar and the capacity"),
    (more_lanes_than_there_are, "planned work lies inside the calendar and the capacity"),
    (second_before_first, "operations follow each other"),
    (too_little_time, "operations have the time they need"),
    (pieces_counted_past_the_operation, "counted pieces are in the operation's figures"),
    (scrap_taken_out_of_the_operation, "counted pieces are in the operation's figures"),
]


def test_a_clean_plant_has_no_findings(plant):
    assert ledgers.run_all() == []


@pytest.mark.parametrize(("corrupt", "name"), FOUND, ids=lambda value: getattr(value, "__name__", None))
def test_what_is_corrupted_is_found(plant, corrupt, name):
    with pgtrigger.ignore(LEDGER):
        corrupt()
    invariant, check = ledgers.registered()[name]
    findings = list(check())
    assert findings
    assert {(finding.invariant, finding.check) for finding in findings} == {(invariant, name)}
