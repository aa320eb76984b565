"""The long steps of an import, done by a worker: the check, the import, the undo."""

from __future__ import annotations

import logging
import resource
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.imports import steps
from core.imports.choices import RowState, RunState
from core.imports.services import APPLY, CHECK, UNDO
from core.jobs.running import Cancelled, JobLost, Running, TurnOver, runs
from core.models import ImportRun

logger = logging.getLogger(__name__)

MEMORY = 1024 * 1024 * 1024  # bytes of address space a job may take beyond what its worker has


def _guarded(step: Callable[[Running, ImportRun], None]) -> Callable[[Running], None]:
    """Run a step with its run and within its memory; a refusal or a crash is written on the run, in words."""

    @wraps(step)
    def run_step(job: Running) -> None:
        run = ImportRun.objects.get(pk=job.params["run_id"])
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        _limit_memory(hard)
        try:
            step(job, run)
        except (TurnOver, JobLost):
            raise
        except SoftTimeLimitExceeded:
            if not job.has_saved:
                _stop(run, _("It took longer than an import may take. Split the file into parts."))
            raise
        except Cancelled:
            _stop(run, _("Cancelled."))
            raise
        except DomainError as refused:
            _stop(run, str(refused))
            job.finish({str(_("Stopped")): str(refused)}, url=run.get_absolute_url())
        except MemoryError:
            _stop(run, _("The file needs more memory than an import may take."))
            raise
        except BaseException:
            _stop(run, _("Something went wrong on our side. Nothing half done was kept; try again."))
            raise
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

    return run_step


def _limit_memory(hard: int) -> None:
    statm = Path("/proc/self/statm")
    if statm.exists():
        now = int(statm.read_text().split()[0]) * resource.getpagesize()
        wanted = now + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))


def _stop(run: ImportRun, why: str) -> None:
    fields: dict[str, Any] = {"state": RunState.FAILED, "error": why}
    if run.state == RunState.IMPORTING and run.changes.exists():
        fields["imported_at"] = timezone.now()  # what was written can be taken back
    ImportRun.objects.filter(pk=run.pk).update(**fields)


@runs(CHECK)
@_guarded
def check_file(job: Running, run: ImportRun) -> None:
    """The dry run of a file. A repeat begins anew."""
    counts = steps.check_run(run, by=job.by, progress=lambda done, total: job.advance(done, total=total))
    words = {str(RowState(state).label): count for state, count in counts.items()}
    job.finish(words, url=run.get_absolute_url())


@runs(APPLY)
@_guarded
def import_rows(job: Running, run: ImportRun) -> None:
    """Write the good rows of a checked file; goes on where it was after a crash."""
    resume = job.resume_from or job.params.get("resume")
    outcome = steps.import_run(run, by=job.by, resume=resume, checkpoint=job.checkpoint)
    job.finish(steps.words_of(outcome), url=run.get_absolute_url())


@runs(UNDO)
@_guarded
def take_back(job: Running, run: ImportRun) -> None:
    """Take back what an import wrote, newest first; goes on where it was after a crash."""
    at = datetime.fromisoformat(job.params["at"])
    undone, left = steps.undo_run(run, by=job.by, at=at, advance=lambda done: job.checkpoint({}, done))
    job.finish({str(_("Taken back")): undone, str(_("Kept")): left}, url=run.get_absolute_url())
