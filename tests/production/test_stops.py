"""Jobs that cannot go on and calls for help: reported once, told to the lead, lifted and answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Notice
from production import errors
from production.models import Blockage, HelpCall, Operation, WorkOrder
from production.selectors.jobs import calls_at, jobs_of
from production.services import telling
from production.services.helping import answer_call, call_for_help
from production.services.work import (
    block_operation,
    cancel_work_order,
    close_work_order,
    finish_operation,
    report_time,
    start_operation,
    unblock_operation,
)
from tests.factories.core import make_user
from tests.factories.production import make_work_order

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 19, 8, tzinfo=UTC)
LATER = START + timedelta(minutes=20)


@pytest.fixture
def dan():
    return make_user("operator", first_name="Dan")


@pytest.fixture(scope="module")
def work_of_module(kept: None) -> WorkOrder:
    return make_work_order(1)


@pytest.fixture
def cut(work_of_module: WorkOrder, db: None) -> Operation:
    return Operation.objects.get(work_order_id=work_of_module.pk, center__code="CUT")


def block(cut, by, cause="machine", **more) -> Blockage:
    return block_operation(operation_id=cut.pk, cause=cause, at=LATER, by=by, **more)


class TestBlocked:
    def test_the_clock_stops_and_nobody_goes_on(self, cut, dan):
        start_operation(operation_id=cut.pk, at=START, by=dan)
        blockage = block(cut, dan, note="  Spindle   hot ")
        cut.refresh_from_db()
        assert (cut.running_by, cut.actual_minutes, blockage.words) == (None, Decimal(20), "Spindle hot")
        for again in (start_operation, finish_operation):
            with pytest.raises(errors.JobIsBlocked, match="Spindle hot"):
                again(operation_id=cut.pk, at=LATER, by=dan)
        with pytest.raises(errors.JobIsBlocked):
            report_time(operation_id=cut.pk, minutes=Decimal(5), at=LATER, by=dan, key="t")

    def test_the_card_of_the_job_says_so(self, cut, dan):
        block(cut, dan)
        rows = Operation.objects.select_related("work_order__item", "work_order__order_line__order").filter(pk=cut.pk)
        assert jobs_of(rows, dan, LATER)[0].state == "blocked"

    def test_reported_twice_it_keeps_its_first_cause(self, cut, dan):
        assert block(cut, dan) == block(cut, dan, "tool")
        with pytest.raises(IntegrityError), transaction.atomic():
            Blockage.objects.create(operation=cut, cause="tool", reported_at=START)

    @pytest.mark.parametrize(("cause", "note"), [("", ""), ("nonsense", "x"), ("other", " ")])
    def test_it_wants_a_cause(self, cut, dan, cause, note):
        with pytest.raises(errors.CauseMissing):
            block(cut, dan, cause, note=note)

    def test_lifted_it_goes_on_and_can_be_blocked_again(self, cut, dan):
        block(cut, dan)
        for _again in range(2):
            unblock_operation(operation_id=cut.pk, at=LATER, by=dan)
        first = Blockage.objects.get()
        assert (first.lifted_at, first.lifted_by) == (LATER, dan)
        start_operation(operation_id=cut.pk, at=LATER, by=dan)
        block(cut, dan, "tool")
        assert Blockage.objects.count() == 2

    def test_what_is_done_cannot_be_blocked(self, cut, dan):
        start_operation(operation_id=cut.pk, at=START, by=dan)
        finish_operation(operation_id=cut.pk, at=LATER, by=dan)
        with pytest.raises(errors.OperationDone):
            block(cut, dan)

    def test_a_cancelled_order_is_blocked_no_more(self, cut, dan):
        block(cut, dan)
        cancel_work_order(work_order_id=cut.work_order_id, at=LATER, by=SYSTEM)
        assert Blockage.objects.get().lifted_at == LATER

    def test_a_closed_order_is_blocked_no_more(self, cut, dan):
        start_operation(operation_id=cut.pk, at=START, by=dan)
        block(cut, dan)
        close_work_order(work_order_id=cut.work_order_id, at=LATER, by=SYSTEM)
        assert not Blockage.objects.filter(lifted_at=None).exists()

    def test_sellers_block_nothing(self, cut):
        seller = make_user("seller")
        with pytest.raises(NotAllowed):
            block(cut, seller)
        with pytest.raises(NotAllowed):
            unblock_operation(operation_id=cut.pk, at=LATER, by=seller)

    def test_the_lead_hears_of_it_once(self, cut, dan):
        lead = make_user("production_lead")
        blockage = block(cut, dan, note="Spindle hot")
        for _again in range(2):
            telling.tell_of_blockage(blockage_id=blockage.pk)
        notice = Notice.objects.get(user=lead)
        assert notice.text == f"{cut.work_order.number} is blocked at CUT: Spindle hot"
        assert str(cut.work_order_id) in notice.url
        assert not Notice.objects.filter(user=dan).exists()

    def test_what_was_lifted_is_no_news(self, cut, dan):
        make_user("production_lead")
        blockage = block(cut, dan)
        unblock_operation(operation_id=cut.pk, at=LATER, by=dan)
        Notice.objects.all().delete()
        telling.tell_of_blockage(blockage_id=blockage.pk)
        assert not Notice.objects.exists()


class TestHelp:
    def test_a_call_is_seen_until_it_is_answered(self, cut, dan):
        call = call_for_help(center_id=cut.center_id, operation_id=cut.pk, at=START, by=dan)
        assert call.operation == cut
        assert call_for_help(center_id=cut.center_id, at=LATER, by=dan) == call
        assert calls_at([cut.center_id]) == {cut.center_id: call}
        lead = make_user("production_lead")
        for _again in range(2):
            answer_call(call_id=call.pk, at=LATER, by=lead)
        call.refresh_from_db()
        assert (call.answered_at, call.answered_by) == (LATER, lead)
        assert calls_at([cut.center_id]) == {}
        assert call_for_help(center_id=cut.center_id, at=LATER, by=dan) != call

    def test_the_job_of_another_centre_is_not_named(self, cut, dan):
        other = cut.work_order.operations.exclude(pk=cut.pk)[0]
        assert call_for_help(center_id=cut.center_id, operation_id=other.pk, at=START, by=dan).operation is None

    def test_one_call_at_a_centre(self, cut, dan):
        call_for_help(center_id=cut.center_id, at=START, by=dan)
        with pytest.raises(IntegrityError), transaction.atomic():
            HelpCall.objects.create(center=cut.center, called_at=START)

    def test_the_lead_hears_of_it_once(self, cut, dan):
        lead = make_user("production_lead")
        call = call_for_help(center_id=cut.center_id, at=START, by=dan)
        for _again in range(2):
            telling.tell_of_call(call_id=call.pk)
        notice = Notice.objects.get(user=lead)
        assert "calls for help at CUT" in notice.text
        answer_call(call_id=call.pk, at=LATER, by=lead)
        Notice.objects.all().delete()
        telling.tell_of_call(call_id=call.pk)
        assert not Notice.objects.exists()

    def test_sellers_call_nobody(self, cut, dan):
        seller = make_user("seller")
        with pytest.raises(NotAllowed):
            call_for_help(center_id=cut.center_id, at=START, by=seller)
        call = call_for_help(center_id=cut.center_id, at=START, by=dan)
        with pytest.raises(NotAllowed):
            answer_call(call_id=call.pk, at=START, by=seller)
