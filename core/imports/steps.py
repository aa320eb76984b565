"""The long steps of an import from their beginning to their end, for workers and for the command line alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import Actor
from core.history import acting
from core.imports import applying, checking
from core.imports.applying import Checkpoint
from core.imports.checking import Progress
from core.imports.choices import RunState
from core.imports.services import path_of, profile_for
from core.models import ImportChange, ImportRun
from core.search import trigrams
from core.services import records

UNDO_BATCH = 1_000


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no search for circular garbage run over the many plain rows of a batch; they make none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def check_run(run: ImportRun, *, by: Actor, progress: Progress) -> dict[str, int]:
    """Dry run: stage and judge every row. A repeat begins anew. Raises FileRefused, FixedValueBad, FileGone."""
    profile = profile_for(run.profile, by)
    with _uncollected():
        run.counts = checking.check(run, profile=profile, by=by, path=path_of(run), progress=progress)
    run.state, run.checked_at, run.error = RunState.CHECKED, timezone.now(), ""
    run.save(update_fields=["counts", "state", "checked_at", "error"])
    return run.counts


def import_run(run: ImportRun, *, by: Actor, resume: dict[str, Any] | None, checkpoint: Checkpoint) -> dict[str, int]:
    """Write the good rows of a checked run; with the last checkpoint it goes on where it was."""
    profile = profile_for(run.profile, by)
    with _uncollected():
        run.outcome = applying.apply(run, profile=profile, by=by, resume=resume, checkpoint=checkpoint)
    run.state, run.imported_at, run.error = RunState.DONE, timezone.now(), ""
    run.save(update_fields=["outcome", "state", "imported_at", "error"])
    transaction.on_commit(trigrams.work_in_lists, robust=True)
    return run.outcome


def undo_run(run: ImportRun, *, by: Actor, at: datetime, advance: Callable[[int], None]) -> tuple[int, int]:
    """Take back what a run wrote, newest first; returns how many records were taken back, and how many changes stay.

    Told are the records the run is about, as when they were written: their addresses and e-mails go with them.

    What somebody worked on since stays, with its reason. A second call goes on with what is left.
    """
    profile = profile_for(run.profile, by)
    total = run.changes.count()
    while True:
        with transaction.atomic(), acting(by, service="import_undo", run=run.pk):
            waiting = ImportChange.objects.filter(run=run, undone_at=None, kept_because="").order_by("-pk")
            batch = list(islice(waiting.iterator(), UNDO_BATCH))
            if not batch:
                break
            kept = profile.take_back(batch, by=by, at=at)
            for change in batch:
                change.kept_because = kept.get(change.pk, "")[:300]
                change.undone_at = None if change.pk in kept else at
            ImportChange.objects.bulk_update(batch, ["kept_because", "undone_at"], batch_size=500)
            advance(total - waiting.count())
    left = run.changes.filter(undone_at=None).count()
    told = run.changes.filter(record_type=records.type_of(profile.model)).exclude(undone_at=None)
    taken_back = told.values("record_id").distinct().count()
    run.outcome = {**run.outcome, "taken_back": taken_back, "kept": left}
    run.state, run.undone_at, run.error = RunState.UNDONE, at, ""
    run.save(update_fields=["outcome", "state", "undone_at", "error"])
    return taken_back, left


def words_of(outcome: dict[str, int]) -> dict[str, int]:
    """What an import did, in words for people."""
    words = {
        "created": _("Created"),
        "changed": _("Changed"),
        "same": _("Unchanged"),
        "skipped": _("Left out as known"),
        "bad": _("With errors"),
    }
    return {words[name]: outcome.get(name, 0) for name in words}
