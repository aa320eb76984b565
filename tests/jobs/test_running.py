"""Long work is done once, goes on where it was, and can be stopped."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.jobs import running, turns
from core.jobs.choices import JobState
from core.jobs.running import Running
from core.jobs.services import cancel_job
from core.models import Job
from core.tasks import run_job, sweep_jobs
from tests.factories.core import make_user
from tests.jobs.working import Killed, ask, fall_silent

pytestmark = pytest.mark.django_db


def test_a_job_is_done_once_and_tells_what_came_of_it(work) -> None:
    seen = []

    @work
    def run(job: Running) -> None:
        seen.append(job.params)
        job.advance(done=2, note="Reading", total=4)
        job.finish({"Changed": 4}, url="/crm/")

    job = ask(params={"ids": [1, 2]}, total=3)
    for _ in range(2):
        run_job(job_id=job.pk)
    job.refresh_from_db()
    assert seen == [{"ids": [1, 2]}]
    assert (job.state, job.done, job.steps, job.percent) == (JobState.DONE, 2, 4, 100)
    assert (job.summary, job.url, job.lease_until) == ({"Changed": 4}, "/crm/", None)
    assert job.started_at <= job.finished_at


def test_the_same_key_is_the_same_job(work) -> None:
    work(lambda job: None)
    assert ask(key="a").pk == ask(key="a", title="Other").pk
    assert ask().pk != ask().pk
    with pytest.raises(LookupError):
        ask(kind="test.unknown")


def test_a_job_begins_after_the_commit_and_not_without_it(work, django_capture_on_commit_callbacks) -> None:
    work(lambda job: job.finish({"ok": 1}))
    with django_capture_on_commit_callbacks(execute=True):
        job = ask()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(key="never")
        raise ZeroDivisionError
    assert not Job.objects.filter(key="never").exists()


def test_progress_is_visible_while_the_work_goes_on(work) -> None:
    seen = []

    @work
    def run(job: Running) -> None:
        for step in (1, 2):
            job.advance(done=step, note=f"Step {step}", total=2)
            seen.append(Job.objects.values_list("done", "note", "state").get(pk=job.job.pk))

    run_job(job_id=ask().pk)
    assert seen == [(1, "Step 1", "running"), (2, "Step 2", "running")]


def test_a_killed_workers_job_goes_on_from_its_checkpoint(work) -> None:
    done: list[int] = []

    def do(part) -> None:
        if part == [5, 6] and len(done) == 4:
            done.append(0)
            raise Killed
        done.extend(part)

    work(lambda job: job.in_batches(job.params["ids"], do, size=2))
    job = ask(params={"ids": [1, 2, 3, 4, 5, 6]}, total=6)
    with pytest.raises(Killed):
        turns.run(job.pk)
    assert turns.run(job.pk) is None, "the lease still holds"
    assert turns.due_jobs(at=timezone.now()) == []
    fall_silent(job)
    assert turns.due_jobs(at=timezone.now()) == [job.pk]
    assert turns.run(job.pk) == JobState.DONE
    job.refresh_from_db()
    assert done == [1, 2, 3, 4, 0, 5, 6]
    assert (job.checkpoint, job.done, job.attempts, job.stumbles) == (6, 6, 2, 0)


def test_a_worker_that_was_thought_dead_cannot_write_any_more(work) -> None:
    """Its batch is rolled back with its checkpoint, and the end that it comes to is not the job's."""
    user = make_user()
    order: list[str] = []

    @work
    def run(job: Running) -> None:
        if order:
            order.append("rival")
            return job.finish({"by": "rival"})
        order.append("first")
        fall_silent(job.job)
        assert turns.run(job.job.pk) == JobState.DONE
        with transaction.atomic():
            user.first_name = "Twice"
            user.save()
            job.checkpoint({"after": 1})
        return None

    job = ask()
    assert turns.run(job.pk) is None
    job.refresh_from_db()
    user.refresh_from_db()
    assert (order, job.summary, job.state) == (["first", "rival"], {"by": "rival"}, JobState.DONE)
    assert user.first_name != "Twice"


def test_work_that_kills_its_workers_is_given_up(work) -> None:
    @work
    def run(job: Running) -> None:
        raise Killed

    job = ask()
    for _ in range(turns.MAX_STUMBLES):
        with pytest.raises(Killed):
            turns.run(job.pk)
        fall_silent(job)
    assert turns.run(job.pk) == JobState.FAILED
    job.refresh_from_db()
    assert "3 times" in job.error
    assert turns.due_jobs(at=timezone.now()) == []


def test_long_work_goes_on_in_further_turns(work, monkeypatch) -> None:
    monkeypatch.setattr(running, "TURN_SECONDS", -1.0)
    done: list[int] = []
    work(lambda job: job.in_batches(job.params["ids"], done.extend, size=2))
    job = ask(params={"ids": [1, 2, 3, 4, 5]}, total=5)
    assert [turns.run(job.pk) for _ in range(4)] == [JobState.WAITING, JobState.WAITING, JobState.DONE, None]
    assert done == [1, 2, 3, 4, 5]


def test_statements_do_not_grow_with_the_steps(work, django_assert_max_num_queries) -> None:
    @work
    def run(job: Running) -> None:
        for step in range(5000):
            job.advance(done=step)

    with django_assert_max_num_queries(12):
        turns.run(ask().pk)


def test_the_sweeper_wakes_a_worker_for_what_waits(work, monkeypatch) -> None:
    work(lambda job: None)
    rung: list[int] = []
    monkeypatch.setattr("core.doorbell.ring", lambda task, **arguments: bool(rung.append(arguments["job_id"])) or True)
    waiting, over = ask(), ask()
    cancel_job(job_id=over.pk, by=SYSTEM)
    assert sweep_jobs() == 1
    assert rung == [waiting.pk]
