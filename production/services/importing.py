"""Recipes out of a file."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from psycopg2.extras import DateRange

from core import policy
from core.actors import Actor
from core.imports.choices import ChangeKind
from core.imports.profiles import CHANGED, CREATED, SAME, Entry, Written
from core.models import ImportChange
from core.transactions import command
from production.choices import BOMStatus
from production.models import BOM
from production.services.recipes import PartDraft, StepDraft, activate_bom, create_bom

logger = logging.getLogger(__name__)


@command
def import_boms(*, entries: Sequence[Entry], by: Actor, on: date) -> list[Written]:
    """Put recipes into force; rows of one `key` are the components of one product.

    A product whose recipe in force on `on` has the same components stays as it is; else its next version is made,
    with the operations of the one before, and begins on `valid_from`, without one from ever (the first version) or
    on `on`. The same rows again change nothing. A few statements per changed recipe. Raises as `activate_bom`.
    """
    policy.require(by, "production.edit_bom")
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.key, []).append(entry)
    in_force = _in_force({rows[0].values["item_id"] for rows in groups.values()}, on)
    written: list[Written] = []
    ended: list[Written] = []
    for rows in groups.values():
        now = in_force.get(rows[0].values["item_id"])
        first, others = _one(rows, now, by=by, on=on)
        written.append(first)
        written += [Written(entry.line, BOM, 0, first.kind) for entry in rows[1:]]
        ended += others
    return [*ended, *written]


def _in_force(item_ids: set[int], on: date) -> dict[int, BOM]:
    rows = BOM.objects.filter(item__in=item_ids, status=BOMStatus.ACTIVE, valid__contains=on)
    return {bom.item_id: bom for bom in rows.prefetch_related("lines", "operations")}


def _one(rows: Sequence[Entry], now: BOM | None, *, by: Actor, on: date) -> tuple[Written, list[Written]]:
    line, values = rows[0].line, rows[0].values
    parts = [
        PartDraft(entry.values["component_id"], entry.values["qty"], entry.values.get("scrap_pct", Decimal(0)))
        for entry in rows
    ]
    batch = values.get("batch_qty", Decimal(1))
    if (
        now is not None
        and now.batch_qty == batch
        and _parts_of(now) == sorted((p.item_id, p.qty, p.scrap_pct) for p in parts)
    ):
        return Written(line, BOM, now.pk, SAME), []
    steps = [StepDraft.like(step) for step in now.operations.order_by("sequence")] if now else []
    begins = values.get("valid_from") or (on if now else None)
    before = now.valid.upper if now else None
    made = create_bom(item_id=values["item_id"], parts=parts, steps=steps, batch_qty=batch, valid_from=begins, by=by)
    activate_bom(bom_id=made.pk, by=by)
    made.refresh_from_db(fields=["version"])
    ended = []
    if now is not None:
        now.refresh_from_db(fields=["version"])
        upper = before.isoformat() if before else None
        ended = [Written(line, BOM, now.pk, CHANGED, {"valid_until": upper}, now.version, own=False)]
    return Written(line, BOM, made.pk, CREATED, version=made.version), ended


def _parts_of(bom: BOM) -> list[tuple[Any, ...]]:
    return sorted((part.item_id, part.qty, part.scrap_pct) for part in bom.lines.all())


@command
def take_boms_back(*, changes: Sequence[ImportChange], by: Actor) -> dict[int, str]:
    """Remove recipes that an import made, and let those before them go on; newest first.

    Returns why, per change, something stays: a recipe that was changed since or that work orders are made by.
    """
    policy.require(by, "production.edit_bom")
    boms = BOM.objects.select_for_update(of=("self",)).in_bulk([change.record_id for change in changes])
    kept: dict[int, str] = {}
    staying: set[int] = set()
    for change in sorted(changes, key=lambda change: (change.kind != ChangeKind.CREATED, -change.pk)):
        bom = boms.get(change.record_id)
        if bom is None:
            kept[change.pk] = str(_("It is not there any more."))
        elif bom.version != change.version:
            kept[change.pk] = str(_("It was changed since."))
            staying.add(bom.item_id)
        elif change.kind == ChangeKind.CREATED:
            try:
                with transaction.atomic():
                    bom.delete()
            except ProtectedError:
                kept[change.pk] = str(_("Work orders are made by it."))
                staying.add(bom.item_id)
        elif bom.item_id in staying:
            kept[change.pk] = str(_("The recipe after it stays."))
        else:
            until = (change.before or {}).get("valid_until")
            bom.valid = DateRange(bom.valid.lower, date.fromisoformat(until) if until else None)
            bom.save(update_fields=["valid"])
    logger.info("imported recipes taken back", extra={"kept": len(kept)})
    return kept
