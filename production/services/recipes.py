"""Writing recipes: a draft is made whole, then put into force for a period, and later closed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Max
from psycopg2.extras import DateRange

from core import policy
from core.actors import Actor, user_or_none
from core.transactions import command
from inventory.models import Item
from production.choices import BOMStatus
from production.errors import BomEmpty, BomNotDraft, BomOverlaps
from production.models import BOM, BOMCheck, BOMLine, BOMOperation
from production.selectors.boms import cycle

logger = logging.getLogger(__name__)

RECIPE_LOCK = 7_031_001  # one writer at a time puts recipes into force, so two cannot close a circle together


@dataclass(frozen=True)
class PartDraft:
    """`qty` of a component per batch in its base unit, plus `scrap_pct` that is cut away."""

    item_id: int
    qty: Decimal
    scrap_pct: Decimal = Decimal(0)
    valid: DateRange | None = None


@dataclass(frozen=True)
class CheckDraft:
    """What is looked at before the step is finished; measured where it has a unit, due after some pieces."""

    text: str
    unit: str = ""
    after_pieces: int | None = None


@dataclass(frozen=True)
class StepDraft:
    """Minutes at a work centre: set-up once, run per batch; and what is checked before it is finished."""

    center_id: int
    run_minutes: Decimal
    setup_minutes: Decimal = Decimal(0)
    name: str = ""
    checks: tuple[CheckDraft, ...] = ()

    @classmethod
    def like(cls, row: BOMOperation) -> StepDraft:
        """The same step again, for the next version of a recipe."""
        checks = tuple(CheckDraft(one.text, one.unit, one.after_pieces) for one in row.checks.order_by("position"))
        return cls(row.center_id, row.run_minutes, row.setup_minutes, row.name, checks)


@command
def create_bom(
    *,
    item_id: int,
    parts: Sequence[PartDraft],
    by: Actor,
    steps: Sequence[StepDraft] = (),
    batch_qty: Decimal = Decimal(1),
    valid_from: date | None = None,
    valid_to: date | None = None,
    revision: int | None = None,
) -> BOM:
    """Draft the next version of an item's recipe; steps follow each other as given (10, 20, 30 …).

    `valid_from` is the first day, `valid_to` the day after the last; None is open. Each call makes a version.
    Raises BomEmpty, and BomCycle when a component would contain the item by the recipes in force.
    """
    policy.require(by, "production.edit_bom")
    item = Item.objects.locked().get(pk=item_id)
    if not parts and not steps:
        raise BomEmpty(sku=item.sku)
    if revision is None:
        revision = (BOM.objects.filter(item=item).aggregate(last=Max("revision"))["last"] or 0) + 1
    bom = BOM.objects.create(
        item=item,
        revision=revision,
        valid=DateRange(valid_from, valid_to),
        batch_qty=batch_qty,
        created_by=user_or_none(by),
    )
    _write_rows(bom, parts, steps)
    _refuse_cycle(bom)
    logger.info("recipe drafted", extra={"bom_id": bom.pk, "item_id": item.pk})
    return bom


@command
def rewrite_bom(
    *,
    bom_id: int,
    parts: Sequence[PartDraft],
    steps: Sequence[StepDraft],
    by: Actor,
    batch_qty: Decimal,
    valid_from: date | None = None,
    valid_to: date | None = None,
    version: int | None = None,
) -> BOM:
    """Write a draft anew, whole. The same again changes nothing of what it says.

    Locks the recipe. Raises StaleVersion, BomNotDraft, BomEmpty, and BomCycle when a component would contain the
    item by the recipes in force.
    """
    bom = BOM.objects.locked().select_related("item").get(pk=bom_id)
    policy.require(by, "production.edit_bom", bom)
    if bom.status != BOMStatus.DRAFT:
        raise BomNotDraft(sku=bom.item.sku, revision=bom.revision)
    bom.expect_version(version)
    if not parts and not steps:
        raise BomEmpty(sku=bom.item.sku)
    bom.lines.all().delete()
    bom.operations.all().delete()
    _write_rows(bom, parts, steps)
    bom.batch_qty, bom.valid, bom.updated_by = batch_qty, DateRange(valid_from, valid_to), user_or_none(by)
    bom.save(update_fields=["batch_qty", "valid", "updated_by"])
    _refuse_cycle(bom)
    return bom


def _write_rows(bom: BOM, parts: Sequence[PartDraft], steps: Sequence[StepDraft]) -> None:
    BOMLine.objects.bulk_create(
        [
            BOMLine(
                bom=bom, position=number, item_id=part.item_id, qty=part.qty, scrap_pct=part.scrap_pct, valid=part.valid
            )
            for number, part in enumerate(parts, start=1)
        ]
    )
    operations = BOMOperation.objects.bulk_create(
        [
            BOMOperation(
                bom=bom,
                sequence=number * 10,
                name=step.name,
                center_id=step.center_id,
                setup_minutes=step.setup_minutes,
                run_minutes=step.run_minutes,
            )
            for number, step in enumerate(steps, start=1)
        ]
    )
    checks = [
        BOMCheck(operation=row, position=number, text=one.text, unit=one.unit, after_pieces=one.after_pieces)
        for row, step in zip(operations, steps, strict=True)
        for number, one in enumerate(step.checks, start=1)
    ]
    if checks:
        BOMCheck.objects.bulk_create(checks)


@command
def activate_bom(*, bom_id: int, by: Actor) -> BOM:
    """Put a drafted recipe into force for its period. A second call changes nothing.

    A version in force that began earlier ends where this one begins. Takes the lock of all recipes. Raises
    BomNotDraft, BomOverlaps (a version that begins within the period) and BomCycle.
    """
    policy.require(by, "production.edit_bom")
    _lock_recipes()
    bom = BOM.objects.locked().select_related("item").get(pk=bom_id)
    if bom.status == BOMStatus.ACTIVE:
        return bom
    if bom.status != BOMStatus.DRAFT:
        raise BomNotDraft(sku=bom.item.sku, revision=bom.revision)
    _end_previous(bom)
    _refuse_cycle(bom)
    bom.status, bom.updated_by = BOMStatus.ACTIVE, user_or_none(by)
    bom.save(update_fields=["status", "updated_by"])
    logger.info("recipe in force", extra={"bom_id": bom.pk, "item_id": bom.item_id})
    return bom


@command
def retire_bom(*, bom_id: int, on: date, by: Actor) -> BOM:
    """Take a recipe out of force: `on` is the first day without it. Work orders made by it stay as they are.

    A second call changes nothing.
    """
    policy.require(by, "production.edit_bom")
    _lock_recipes()
    bom = BOM.objects.locked().get(pk=bom_id)
    if bom.status == BOMStatus.RETIRED:
        return bom
    first = bom.valid.lower
    last = on if bom.valid.upper is None else min(on, bom.valid.upper)
    bom.valid = DateRange(first, max(last, first) if first else last)
    bom.status, bom.updated_by = BOMStatus.RETIRED, user_or_none(by)
    bom.save(update_fields=["status", "valid", "updated_by"])
    return bom


def _lock_recipes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RECIPE_LOCK])


def _end_previous(bom: BOM) -> None:
    """Close the version in force where the new one begins; refuse one that begins inside the new period."""
    others = BOM.objects.locked().filter(item=bom.item, status=BOMStatus.ACTIVE, valid__overlap=bom.valid)
    for other in others:
        begins_earlier = bom.valid.lower is not None and (
            other.valid.lower is None or other.valid.lower < bom.valid.lower
        )
        if not begins_earlier:
            raise BomOverlaps(sku=bom.item.sku, revision=other.revision)
        other.valid = DateRange(other.valid.lower, bom.valid.lower)
        other.save(update_fields=["valid"])


def _refuse_cycle(bom: BOM) -> None:
    """Follow the components down through all recipes in force in the period; the item must not come up again."""
    parents: dict[int, int] = {}
    frontier = set(bom.lines.values_list("item_id", flat=True))
    parents.update(dict.fromkeys(frontier, bom.item_id))
    while frontier:
        if bom.item_id in frontier:
            raise cycle(_path_to(bom.item_id, parents))
        edges = BOMLine.objects.filter(
            bom__status=BOMStatus.ACTIVE, bom__item_id__in=frontier, bom__valid__overlap=bom.valid
        ).values_list("bom__item_id", "item_id")
        fresh = {child: parent for parent, child in edges if child not in parents}
        parents.update(fresh)
        frontier = set(fresh)


def _path_to(item_id: int, parents: dict[int, int]) -> list[int]:
    """From the product down to its second appearance."""
    path = [item_id]
    step = parents[item_id]
    while step != item_id:
        path.append(step)
        step = parents[step]
    return [item_id, *reversed(path)]
