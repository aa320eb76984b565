"""At the machine: start, pause, count, finish; each rule, refusal and second call."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from production import errors
from production.choices import OperationStatus, WorkOrderStatus
from production.models import Operation, PieceCount, ScrapReason, WipEntry, WorkOrder
from production.services.work import (
    close_work_order,
    count_pieces,
    finish_operation,
    issue_materials,
    pause_operation,
    report_time,
    start_operation,
)
from tests.factories.core import make_user
from tests.factories.production import Plant, make_plant, make_work_order

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 19, 8, tzinfo=UTC)


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture(scope="module")
def plant_of_module(kept: None) -> Plant:
    return make_plant()


@pytest.fixture
def plant(plant_of_module: Plant, db: None) -> Plant:
    return deepcopy(plant_of_module)


@pytest.fixture
def work(plant) -> WorkOrder:
    return make_work_order(1, plant=plant)


@pytest.fixture
def dan():
    return make_user("operator", first_name="Dan")


def of(work: WorkOrder, center: str) -> Operation:
    return Operation.objects.get(work_order=work, center__code=center)


def start(work, by, center="CUT", at=START) -> Operation:
    return start_operation(operation_id=of(work, center).pk, at=at, by=by)


def reason() -> ScrapReason:
    return ScrapReason.objects.get_or_create(name="Scratched")[0]


class TestStart:
    def test_the_clock_runs_and_the_order_has_begun(self, work, dan):
        running = start(work, dan)
        work.refresh_from_db()
        assert (running.status, running.running_since, running.running_by) == (OperationStatus.RUNNING, START, dan)
        assert work.status == WorkOrderStatus.STARTED

    def test_twice_changes_nothing(self, work, dan):
        start(work, dan)
        assert start(work, dan, at=after(5)).running_since == START

    def test_somebody_elses_operation_is_refused(self, work, dan):
        start(work, dan)
        with pytest.raises(errors.AlreadyRunning, match="Dan"):
            start(work, make_user("operator"))

    def test_one_person_is_at_one_operation(self, work, dan, plant):
        other = make_work_order(1, plant=plant)
        start(work, dan)
        with pytest.raises(errors.BusyElsewhere, match=work.number):
            start(other, dan)
        assert of(other, "CUT").running_by is None

    def test_not_before_the_operation_before_it(self, work, dan):
        with pytest.raises(errors.PredecessorNotDone):
            start(work, dan, "ASM")

    def test_not_when_it_is_done(self, work, dan):
        report_time(operation_id=of(work, "CUT").pk, minutes=Decimal(5), at=START, by=SYSTEM, key="x")
        with pytest.raises(errors.OperationDone):
            start(work, dan)

    def test_only_who_may_report_time(self, work):
        with pytest.raises(NotAllowed):
            start(work, make_user("seller"))

    def test_the_database_knows_who_runs_what(self, work, dan, plant):
        start(work, dan)
        other = make_work_order(1, plant=plant)
        for change in (
            {"running_by": None},
            {"status": OperationStatus.DONE},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Operation.objects.filter(running_by=dan).update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            Operation.objects.filter(pk=of(other, "CUT").pk).update(
                running_by=dan, running_since=START, status=OperationStatus.RUNNING
            )


class TestPause:
    def test_it_reports_what_the_clock_says(self, work, dan):
        start(work, dan)
        paused = pause_operation(operation_id=of(work, "CUT").pk, at=after(42), by=dan)
        assert (paused.running_since, paused.status, paused.actual_minutes) == (None, "running", Decimal(42))
        assert WipEntry.objects.get(kind="time").amount == Decimal("25.20")

    def test_twice_reports_once(self, work, dan):
        start(work, dan)
        for minutes in (42, 60):
            pause_operation(operation_id=of(work, "CUT").pk, at=after(minutes), by=dan)
        assert of(work, "CUT").actual_minutes == Decimal(42)

    def test_it_goes_on_later(self, work, dan):
        for begin, end in ((0, 30), (60, 70)):
            start(work, dan, at=after(begin))
            pause_operation(operation_id=of(work, "CUT").pk, at=after(end), by=dan)
        assert of(work, "CUT").actual_minutes == Decimal(40)

    def test_a_colleague_may_stop_a_clock_that_was_left_on(self, work, dan):
        start(work, dan)
        next_day = START + timedelta(days=1, hours=1)
        pause_operation(operation_id=of(work, "CUT").pk, at=next_day, by=make_user("operator"))
        assert of(work, "CUT").actual_minutes == Decimal(480 + 60), "working time only"


class TestCount:
    def count(self, work, by, key="k", **given):
        return count_pieces(operation_id=of(work, "CUT").pk, at=START, by=by, key=key, **given)

    def test_good_and_scrap_with_a_reason(self, dan, plant):
        work = make_work_order(3, plant=plant)
        self.count(work, dan, good=Decimal(2))
        counted = self.count(work, dan, "j", scrap=Decimal(1), reason_id=reason().pk)
        assert (counted.good_qty, counted.scrap_qty) == (Decimal(2), Decimal(1))
        assert ledgers.run_all() == []

    def test_the_same_key_counts_once(self, dan, plant):
        work = make_work_order(3, plant=plant)
        for _again in range(2):
            self.count(work, dan, good=Decimal(1))
        assert of(work, "CUT").good_qty == Decimal(1)

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({}, errors.NothingCounted),
            ({"good": Decimal(-1)}, errors.NothingCounted),
            ({"scrap": Decimal(1)}, errors.ReasonMissing),
            ({"good": Decimal(2)}, errors.TooManyPieces),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, work, dan, given, refusal):
        with pytest.raises(refusal):
            self.count(work, dan, **given)
        assert not PieceCount.objects.exists()

    def test_counts_are_never_changed_and_scrap_has_its_reason(self, work, dan):
        self.count(work, dan, good=Decimal(1))
        with pytest.raises(InternalError), transaction.atomic():
            PieceCount.objects.update(good=2)
        with pytest.raises(IntegrityError), transaction.atomic():
            PieceCount.objects.create(
                operation=of(work, "CUT"), scrap=Decimal(1), occurred_at=START, source_key="without a reason"
            )


class TestFinish:
    def finish(self, work, by, center="CUT", at=None):
        return finish_operation(operation_id=of(work, center).pk, at=at or after(50), by=by)

    def test_the_next_one_is_ready(self, work, dan):
        start(work, dan)
        done = self.finish(work, dan)
        assert (done.status, done.actual_minutes, done.good_qty) == ("done", Decimal(50), Decimal(1))
        assert of(work, "ASM").status == OperationStatus.READY
        assert of(work, "CUT").running_by is None

    def test_twice_changes_nothing(self, work, dan):
        start(work, dan)
        self.finish(work, dan)
        self.finish(work, dan, at=after(99))
        assert of(work, "CUT").actual_minutes == Decimal(50)

    def test_goods_come_only_out_of_material(self, work, dan):
        self.finish(work, dan)
        with pytest.raises(errors.MaterialNotIssued, match="ALU-P"):
            self.finish(work, dan, "ASM")

    def test_with_the_last_one_the_goods_are_made_at_their_cost(self, work, dan):
        issue_materials(work_order_id=work.pk, at=START, by=dan, key="i")
        start(work, dan)
        self.finish(work, dan)
        start(work, dan, "ASM", at=after(60))
        self.finish(work, dan, "ASM", at=after(120))
        work.refresh_from_db()
        assert (work.status, work.made_qty) == (WorkOrderStatus.DONE, Decimal(1))
        assert ledgers.run_all() == []

    def test_what_was_scrapped_on_the_way_is_not_made(self, work, dan):
        issue_materials(work_order_id=work.pk, at=START, by=dan, key="i")
        count_pieces(
            operation_id=of(work, "CUT").pk, at=START, by=dan, key="s", scrap=Decimal(1), reason_id=reason().pk
        )
        self.finish(work, dan)
        with pytest.raises(errors.NothingCounted):
            self.finish(work, dan, "ASM")

    def test_a_clock_that_runs_at_closing_is_reported(self, work, dan):
        issue_materials(work_order_id=work.pk, at=START, by=dan, key="i")
        start(work, dan)
        close_work_order(work_order_id=work.pk, at=after(30), by=make_user("production_lead"))
        assert of(work, "CUT").running_by is None
        assert of(work, "CUT").actual_minutes == Decimal(30)
        assert ledgers.run_all() == []
