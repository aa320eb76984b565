"""Writing the staged rows: batch by batch, each with the changes it made, so that it can go on after a crash."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from core.actors import Actor
from core.copying import copy_in
from core.history import acting
from core.imports import staging
from core.imports.attempts import attempt
from core.imports.checking import Plan, counts_of, plan_of
from core.imports.choices import RowState, TwinAction
from core.imports.profiles import SAME, Entry, ImportProfile, Written
from core.imports.reading import Facts
from core.models import ImportChange, ImportRow, ImportRun
from core.updating import update_rows

logger = logging.getLogger(__name__)

CHANGE_COLUMNS = (
    "run",
    "line",
    "record_type",
    "record_id",
    "kind",
    "before",
    "after",
    "version",
    "parts",
    "kept_because",
)
Checkpoint = Callable[[dict[str, Any], int], None]


def apply(
    run: ImportRun, *, profile: ImportProfile, by: Actor, resume: dict[str, Any] | None, checkpoint: Checkpoint
) -> dict[str, int]:
    """Write all rows that can be taken; returns how many were created, changed, same, refused now, and left out.

    Each batch is one transaction that ends with its `checkpoint` (where to go on, and what was written so far): a
    second call with it goes on from there, and rows written before are found by their key.
    """
    plan = plan_of(run, profile, by, Facts.from_json(run.facts))
    outcome = Counter((resume or {}).get("outcome", {}))
    after, done = int((resume or {}).get("after", 0)), sum(outcome.values())
    default = run.options.get("twins", TwinAction.SKIP)
    reader = staging.batches(run, plan.fields, size=profile.batch_size, after=after, grouped=profile.grouped)
    for batch in reader:
        with transaction.atomic(), acting(by, service="import", run=run.pk):
            outcome.update(_write(run, plan, batch, default))
            # Records of several lines are told apart by their first line.
            after = max(min(rows) for rows in _lines_by_key(batch).values()) if profile.grouped else batch[-1][0].line
            done += len(batch)
            checkpoint({"after": after, "outcome": dict(outcome)}, done)
    counts = counts_of(run)
    outcome["bad"] = counts.get(RowState.BAD, 0) + counts.get(RowState.HELD, 0)
    outcome["skipped"] = run.count(RowState.TWIN) - outcome.pop("twins", 0)
    logger.info("rows imported", extra={"run_id": run.pk, "rows": sum(outcome.values())})
    return {name: outcome[name] for name in ("created", "changed", "same", "skipped", "bad")}


def _lines_by_key(batch: Sequence[tuple[ImportRow, Entry]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, entry in batch:
        found.setdefault(entry.key, []).append(row.line)
    return found


def _write(run: ImportRun, plan: Plan, batch: Sequence[tuple[ImportRow, Entry]], default: str) -> Counter[str]:
    """Write one batch. What is known now counts, not what was known at the check."""
    profile, by = plan.profile, plan.by
    entries = [entry for _row, entry in batch]
    for entry in entries:
        entry.record_id = None
    profile.match(entries, key_field=plan.key_field, by=by)
    _follow_choices(plan, batch, default)
    profile.check([entry for entry in entries if not entry.errors], by=by)
    clear = [entry for entry in entries if not entry.errors]
    written, refused = attempt(lambda part: profile.write(part, by=by), clear, grouped=profile.grouped)
    for entry in clear:
        if entry.line in refused:
            entry.refuse(refused[entry.line])
    bad = [(row.pk, RowState.BAD, entry.errors) for row, entry in batch if entry.errors]
    update_rows(ImportRow, ["state", "errors"], bad)
    _keep_changes(run, written)
    found = Counter({one.line: one.kind for one in written if one.own}.values())
    found["refused"] = len(bad)
    found["twins"] = sum(1 for row, entry in batch if row.state == RowState.TWIN and not entry.errors)
    return found


def _follow_choices(plan: Plan, batch: Sequence[tuple[ImportRow, Entry]], default: str) -> None:
    """Rows with a likely twin change it or are created all the same, as the user chose."""
    chosen = {}
    for row, entry in batch:
        if row.state == RowState.TWIN and (row.action or default) == TwinAction.UPDATE and row.twins:
            chosen[row.line] = (entry, row.twins[0]["record_id"])
    allowed = set(plan.profile.changeable({pk for _entry, pk in chosen.values() if pk}, plan.by))
    for entry, pk in chosen.values():
        if pk in allowed:
            entry.record_id = pk
        else:
            entry.refuse(_("The known record cannot be changed by you, or is a row of this file."))


def _keep_changes(run: ImportRun, written: Sequence[Written]) -> None:
    changed = [one for one in written if one.kind != SAME and one.record_id]
    types = {model: ContentType.objects.get_for_model(model).pk for model in {one.model for one in changed}}
    copy_in(
        ImportChange,
        CHANGE_COLUMNS,
        (
            (run.pk, one.line, types[one.model], one.record_id, one.kind, one.before or None, one.after, one.version,
             one.parts, "")
            for one in changed
        ),
    )  # fmt: skip
