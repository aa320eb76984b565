"""Jobs that are stopped or fail."""

from __future__ import annotations

import logging

import pytest
from django.db import transaction

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed
from core.jobs import turns
from core.jobs.choices import JobState
from core.jobs.errors import JobNotFailed
from core.jobs.running import Running
from core.jobs.services import cancel_job, resume_job
from tests.factories.core import make_user
from tests.jobs.working import Killed, ask, fall_silent

pytestmark = pytest.mark.django_db


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
