"""Long work is done once, goes on where it was, and can be stopped."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed
from core.jobs import running, turns
from core.jobs.choices import JobState
from core.jobs.errors import JobNotFailed
from core.jobs.running import Running, runs
from core.jobs.services import cancel_job, resume_job, start_job
from core.models import Job
from core.tasks import run_job, sweep_jobs
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(monkeypatch):
    """Let a function of the test do the jobs of the kind `test.work`."""
    monkeypatch.setattr(running, "_runners", {})
    return runs("test.work")


def ask(**fields) -> Job:
    """A job that no worker was woken for."""
    return start_job(**{"kind": "test.work", "params": {}, "by": SYSTEM, "title": "Work", **fields})


def fall_silent(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


class Killed(BaseException):
    """What a killed worker looks like from inside: nothing is written any more."""


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


class TestStopping:
    def test_a_waiting_job_is_cancelled_at_once(self, work) -> None:
        work(lambda job: None)
        job = ask()
        for _ in range(2):
            assert cancel_job(job_id=job.pk, by=SYSTEM).state == JobState.CANCELLED
        assert turns.run(job.pk) is None

    def test_a_running_one_stops_at_its_next_step_and_its_batch_is_undone(self, work) -> None:
        user = make_user(first_name="Ann")

        @work
        def run(job: Running) -> None:
            job.checkpoint(1, done=1)
            cancel_job(job_id=job.job.pk, by=SYSTEM)
            with transaction.atomic():
                user.first_name = "Changed"
                user.save()
                job.checkpoint(2, done=2)

        job = ask()
        assert turns.run(job.pk) == JobState.CANCELLED
        job.refresh_from_db()
        user.refresh_from_db()
        assert (job.checkpoint, job.done, user.first_name) == (1, 1, "Ann")
        assert job.lease_until is None

    def test_one_whose_worker_died_is_cancelled_by_the_next(self, work) -> None:
        @work
        def run(job: Running) -> None:
            raise Killed

        job = ask()
        with pytest.raises(Killed):
            turns.run(job.pk)
        assert cancel_job(job_id=job.pk, by=SYSTEM).state == JobState.RUNNING
        fall_silent(job)
        assert turns.run(job.pk) == JobState.CANCELLED

    def test_only_ones_own(self, work) -> None:
        work(lambda job: None)
        job = ask(by=make_user("seller"))
        with pytest.raises(NotAllowed):
            cancel_job(job_id=job.pk, by=make_user("seller"))
        with pytest.raises(NotAllowed):
            resume_job(job_id=job.pk, by=make_user("director"))
        assert cancel_job(job_id=job.pk, by=make_user("administrator")).state == JobState.CANCELLED


class TestFailing:
    def test_a_refusal_is_told_in_its_own_words(self, work) -> None:
        @work
        def run(job: Running) -> None:
            raise InvalidValue(field="VAT", problem="9 digits after DE")

        job = ask()
        assert turns.run(job.pk) == JobState.FAILED
        job.refresh_from_db()
        assert (job.error, job.reference) == ("VAT: 9 digits after DE", "")

    def test_a_fault_of_ours_has_a_number_in_the_log_and_no_innards(self, work, caplog) -> None:
        @work
        def run(job: Running) -> None:
            raise RuntimeError("secret innards")

        job = ask()
        with caplog.at_level(logging.ERROR):
            assert turns.run(job.pk) == JobState.FAILED
        job.refresh_from_db()
        assert "secret" not in job.error
        assert any(getattr(line, "reference", None) == job.reference for line in caplog.records)

    def test_it_can_go_on_from_where_it_failed(self, work) -> None:
        done: list[int] = []

        def do(part) -> None:
            if part == [3] and done == [1, 2]:
                done.append(0)
                raise InvalidValue(field="x", problem="y")
            done.extend(part)

        work(lambda job: job.in_batches([1, 2, 3], do, size=1))
        job = ask()
        assert turns.run(job.pk) == JobState.FAILED
        assert resume_job(job_id=job.pk, by=SYSTEM).state == JobState.WAITING
        assert turns.run(job.pk) == JobState.DONE
        assert done == [1, 2, 0, 3]
        with pytest.raises(JobNotFailed):
            resume_job(job_id=job.pk, by=SYSTEM)


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
