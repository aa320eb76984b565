"""Asking for long work, and changing one's mind."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from core import policy
from core.actors import Actor, user_or_none
from core.jobs import turns
from core.jobs.choices import JobState
from core.jobs.errors import JobNotFailed
from core.jobs.running import runner_of
from core.models import Job
from core.transactions import command

logger = logging.getLogger(__name__)


@command
def start_job(
    *,
    kind: str,
    params: dict[str, Any],
    by: Actor,
    title: str | Promise,
    total: int | None = None,
    key: str | None = None,
) -> Job:
    """Ask for work of a kind that `core.jobs.running.runs` names; a worker takes it up after commit.

    `params` is JSON: ids and plain values. `title` is what people read in their list; `total` how many steps there
    are, when that is known. The same `key` returns the first job, whatever became of it. The caller has asked for the
    right to do this. Raises LookupError for an unknown kind.
    """
    runner_of(kind)
    fields = {"kind": kind, "params": params, "by": user_or_none(by), "title": str(title)[:200], "steps": total}
    if key is None:
        job = Job.objects.create(**fields)
    else:
        found = Job.objects.filter(key=key).first()
        if found is not None:
            return found
        Job.objects.bulk_create([Job(key=key, **fields)], ignore_conflicts=True)
        job = Job.objects.get(key=key)
    transaction.on_commit(lambda: turns.wake(job.pk), robust=True)
    logger.info("job asked for", extra={"job_id": job.pk, "kind": kind})
    return job


@command
def cancel_job(*, job_id: int, by: Actor) -> Job:
    """Stop work that is not wanted any more. A waiting job is cancelled at once, a running one at its next step.

    What it has committed stays. One that is over or already asked to stop stays as it is. Locks the job.
    """
    job = Job.objects.locked().get(pk=job_id)
    policy.require(by, "core.view_job", job)
    if not job.is_open or job.cancel_asked_at is not None:
        return job
    job.cancel_asked_at = timezone.now()
    if job.state == JobState.WAITING:
        job.state, job.finished_at = JobState.CANCELLED, job.cancel_asked_at
    job.save(update_fields=["cancel_asked_at", "state", "finished_at"])
    return job


@command
def resume_job(*, job_id: int, by: Actor) -> Job:
    """Let a failed or cancelled job go on from its last checkpoint. One that is open already stays as it is.

    Locks the job. Raises JobNotFailed for one that is done.
    """
    job = Job.objects.locked().get(pk=job_id)
    policy.require(by, "core.view_job", job)
    if job.is_open:
        return job
    if job.state == JobState.DONE:
        raise JobNotFailed()
    job.state, job.finished_at, job.cancel_asked_at, job.stumbles = JobState.WAITING, None, None, 0
    job.error = job.reference = ""
    job.save(update_fields=["state", "finished_at", "cancel_asked_at", "stumbles", "error", "reference"])
    transaction.on_commit(lambda: turns.wake(job.pk), robust=True)
    return job
