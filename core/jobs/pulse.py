"""The sign of life of a running job, given by a thread while the worker is deep in a batch.

It renews the lease, shows progress that the batch's own transaction hides, and hears of a cancellation. It dies with
its process, and a killed worker's job is found by its lease.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.utils import timezone

from core.jobs.choices import JobState
from core.jobs.running import LEASE, Running
from core.models import Job

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
RENEW_EVERY = 20  # beats between two writes when there is nothing new


@contextmanager
def beating(running: Running) -> Iterator[None]:
    """Give signs of life for the time of the block, on a database connection of the thread's own."""
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(running, over), name=f"job-{running.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)


def _beat(running: Running, over: threading.Event) -> None:
    shown, quiet = running.figures(), 0
    try:
        while not over.wait(BEAT_SECONDS) and not running.is_lost:
            figures, quiet = running.figures(), quiet + 1
            try:
                _listen(running)
                if figures != shown or quiet >= RENEW_EVERY:
                    _write(running, figures)
                    shown, quiet = figures, 0
            except DatabaseError:  # a lock held by the batch, a lost connection: the next beat tries again
                logger.warning("a job's sign of life failed", extra={"job_id": running.job.pk})
                connection.close()
    finally:
        connection.close()


def _listen(running: Running) -> None:
    mine = Job.objects.filter(pk=running.job.pk, state=JobState.RUNNING, attempts=running.turn)
    found = list(mine.values_list("cancel_asked_at", flat=True))
    running.is_lost = not found
    running.is_cancelled = bool(found and found[0])


def _write(running: Running, figures: dict[str, object]) -> None:
    mine = Job.objects.filter(pk=running.job.pk, state=JobState.RUNNING, attempts=running.turn)
    mine.update(lease_until=timezone.now() + LEASE, **figures)
