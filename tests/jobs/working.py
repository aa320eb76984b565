"""A job for tests, and a worker that dies of it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from core.actors import SYSTEM
from core.jobs.services import start_job
from core.models import Job


def ask(**fields) -> Job:
    """A job that no worker was woken for."""
    return start_job(**{"kind": "test.work", "params": {}, "by": SYSTEM, "title": "Work", **fields})


def fall_silent(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


class Killed(BaseException):
    """What a killed worker looks like from inside: nothing is written any more."""
