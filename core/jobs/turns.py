"""One worker's turn at a job: take it up, run it, write down how it ended."""

from __future__ import annotations

import logging
import secrets
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import doorbell
from core.errors import DomainError
from core.history import acting
from core.jobs import pulse
from core.jobs.choices import JobState
from core.jobs.running import LEASE, Cancelled, JobLost, Running, TurnOver, runner_of
from core.models import Job
from core.notices import services

logger = logging.getLogger(__name__)

MAX_STUMBLES = 3
QUICK = timedelta(seconds=10)  # work that took no longer was watched to its end


def wake(job_id: int) -> None:
    """Ask a worker to take a job up; with EVENTS_DELIVERY "inline" (tests) it is done here and now, to its end."""
    if settings.EVENTS_DELIVERY == "inline":
        while run(job_id) == JobState.WAITING:
            pass
        return
    from core.tasks import run_job

    doorbell.ring(run_job, job_id=job_id)


def due_jobs(*, at: datetime, limit: int = 100) -> list[int]:
    """The keys of jobs that should be in somebody's hands by now: waiting ones, and those whose worker is silent."""
    return list(_free(at).order_by("pk").values_list("pk", flat=True)[:limit])


def _free(at: datetime) -> QuerySet[Job]:
    return Job.objects.filter(Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lt=at))


def run(job_id: int) -> JobState | None:
    """Take a turn at a job; its state afterwards, or None when it is not to be had (taken, over, unknown).

    Not inside a transaction. A second run of a job that is over does nothing.
    """
    job = _claim(job_id)
    if job is None:
        return None
    if job.state != JobState.RUNNING:
        return JobState(job.state)
    running = Running(job)
    sign_of_life = nullcontext() if settings.EVENTS_DELIVERY == "inline" else pulse.beating(running)
    try:
        with sign_of_life, _as_user(job), acting(running.by, job=job.kind):
            runner_of(job.kind)(running)
    except JobLost:
        logger.warning("another worker took the job over", extra={"job_id": job.pk})
        return None
    except Cancelled:
        return _end(running, JobState.CANCELLED)
    except TurnOver:
        return _go_on(running)
    except SoftTimeLimitExceeded:
        return _go_on(running) if running.has_saved else _fail(running, _("It took longer than work may take."))
    except DomainError as refused:
        return _fail(running, str(refused))
    except Exception:
        reference = secrets.token_hex(4)
        logger.exception("a job broke", extra={"job_id": job.pk, "kind": job.kind, "reference": reference})
        with _as_user(job):
            return _fail(running, _("Something went wrong on our side. What was done before is kept."), reference)
    return _end(running, JobState.DONE)


@transaction.atomic
def _claim(job_id: int) -> Job | None:
    """Lease a free job for one turn, or end it: cancelled meanwhile, or silent too often."""
    now = timezone.now()
    free = _free(now).select_for_update(skip_locked=True, of=("self",), no_key=True)
    job = free.filter(pk=job_id).first()
    if job is None:
        return None
    job.attempts += 1
    if job.state == JobState.RUNNING:
        job.stumbles += 1
    job.state, job.lease_until = JobState.RUNNING, now + LEASE
    job.started_at = job.started_at or now
    if job.cancel_asked_at is not None:
        _close(job, JobState.CANCELLED, now)
    elif job.stumbles >= MAX_STUMBLES:
        with _as_user(job):
            job.error = _("The work was interrupted {count} times and was given up.").format(count=job.stumbles)
        logger.error("a job was given up", extra={"job_id": job.pk, "kind": job.kind})
        _close(job, JobState.FAILED, now)
    job.save(update_fields=["attempts", "stumbles", "state", "lease_until", "started_at", "finished_at", "error"])
    if not job.is_open:
        _tell(job)
    return job


def _close(job: Job, state: JobState, at: datetime) -> None:
    job.state, job.finished_at, job.lease_until = state, at, None


def _as_user(job: Job) -> Any:
    """The language of the one who asked: titles, summaries and refusals are written for him."""
    return translation.override(job.by.language if job.by else settings.LANGUAGE_CODE)


def _fail(running: Running, error: str, reference: str = "") -> JobState | None:
    return _end(running, JobState.FAILED, error=error, reference=reference)


def _end(running: Running, state: JobState, **fields: Any) -> JobState | None:
    """Write the end of the job, unless somebody else has it by now; tell the one who waits for it."""
    fields |= {"state": state, "finished_at": timezone.now(), "lease_until": None, "note": running.note}
    fields |= {"done": running.done, "steps": running.total, "summary": running.summary, "url": running.url}
    with transaction.atomic():
        mine = Job.objects.filter(pk=running.job.pk, state=JobState.RUNNING, attempts=running.turn)
        if not mine.update(**fields):
            return None
        _tell(Job.objects.select_related("by").get(pk=running.job.pk))
    logger.info("job over", extra={"job_id": running.job.pk, "state": str(state)})
    return state


def _go_on(running: Running) -> JobState | None:
    """Give the job back for its next turn, and wake a worker for that."""
    mine = Job.objects.filter(pk=running.job.pk, state=JobState.RUNNING, attempts=running.turn)
    if not mine.update(state=JobState.WAITING, lease_until=None, **running.figures()):
        return None
    if settings.EVENTS_DELIVERY != "inline":
        wake(running.job.pk)
    return JobState.WAITING


def _tell(job: Job) -> None:
    """A notice for the one who asked, when he had time to turn to something else; not of what he stopped himself."""
    if job.by is None or job.finished_at is None or job.state == JobState.CANCELLED:
        return
    if job.finished_at - job.created_at <= QUICK:
        return
    text = gettext_lazy("Failed: {title}") if job.state == JobState.FAILED else gettext_lazy("Finished: {title}")
    services.notify(
        users=[job.by],
        kind="core.job_over",
        text=format_lazy(text, title=job.title),
        key=f"job:{job.uuid}:{job.attempts}",
        url=job.get_absolute_url(),
    )
