"""A worker process is killed in the middle of a batch; the next goes on, and nothing is done twice or left out."""

from __future__ import annotations

import multiprocessing as mp
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.jobs import pulse, running, turns
from core.jobs.choices import JobState
from core.jobs.running import Running
from core.jobs.services import cancel_job, start_job
from core.models import Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def count(job: Running) -> None:
    """Each batch stores a row and its checkpoint together; the first worker falls asleep deep in one of them."""
    for step in range(int(job.resume_from or 0), job.params["steps"]):
        with transaction.atomic():
            Group.objects.create(name=f"step {step}")
            if step == job.params.get("slow_step") and job.turn == 1:
                job.advance(note="deep in a batch")
                time.sleep(60)
            job.checkpoint(step + 1, done=step + 1)
    job.finish({"Counted": job.params["steps"]})


def take_a_turn(job_id: int, answers: Any) -> None:
    """What a worker does, in a process and on a connection of its own."""
    _inherited = connection.connection  # the parent's: neither used nor closed here
    connection.connection = None
    connection.in_atomic_block, connection.savepoint_ids = False, []
    from django.conf import settings

    settings.EVENTS_DELIVERY = "celery"
    pulse.BEAT_SECONDS = 0.05
    answers.send(str(turns.run(job_id)))
    answers.close()
    os._exit(0)  # without the parent's exit handlers


@pytest.fixture
def job(monkeypatch) -> Job:
    monkeypatch.setattr(running, "_runners", {"test.count": count})
    monkeypatch.setattr(turns, "wake", lambda job_id: None)
    params = {"steps": 5, "slow_step": 3}
    return start_job(kind="test.count", params=params, by=SYSTEM, title="Count", total=5)


@contextmanager
def worker(job: Job) -> Iterator[tuple[Any, Any]]:
    context = mp.get_context("fork")
    mine, its = context.Pipe()
    process = context.Process(target=take_a_turn, args=(job.pk, its))
    process.start()
    try:
        yield process, mine
    finally:
        process.kill()
        process.join(timeout=10)


def eventually(question) -> bool:
    for _ in range(600):
        if question():
            return True
        time.sleep(0.05)
    return False


def test_a_killed_process_leaves_its_job_to_the_next(job) -> None:
    with worker(job) as (process, _answers):
        # The batch is not committed: only the pulse can have told this.
        assert eventually(lambda: Job.objects.get(pk=job.pk).note == "deep in a batch")
        assert turns.run(job.pk) is None, "it is in good hands"
        process.kill()
        process.join(timeout=10)
    job.refresh_from_db()
    assert (job.state, job.checkpoint, job.done) == (JobState.RUNNING, 3, 3)
    assert Group.objects.count() == 3, "the open batch is gone with its process"
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert turns.due_jobs(at=timezone.now()) == [job.pk]
    with worker(job) as (_process, answers):
        assert answers.poll(30)
        assert answers.recv() == JobState.DONE
    job.refresh_from_db()
    assert (job.state, job.done, job.summary, job.attempts) == (JobState.DONE, 5, {"Counted": 5}, 2)
    assert Group.objects.count() == 5


def test_a_running_process_hears_that_its_work_is_not_wanted_any_more(job) -> None:
    Job.objects.filter(pk=job.pk).update(params={"steps": 100_000})
    with worker(job) as (_process, answers):
        assert eventually(lambda: Job.objects.get(pk=job.pk).done > 2)
        cancel_job(job_id=job.pk, by=SYSTEM)
        assert answers.poll(30)
        assert answers.recv() == JobState.CANCELLED
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert job.done == job.checkpoint == Group.objects.count() < 100_000
