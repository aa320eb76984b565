"""Time at an operation: its cost, its order, what was booked and not needed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core import ledgers
from core.errors import NotAllowed
from production.choices import OperationStatus
from production.errors import PredecessorNotDone
from production.models import CenterSlot, WipEntry
from production.selectors.wip import wip_left
from tests.factories.core import make_user
from tests.production.working import START, StockedPlant, operation, spend

pytestmark = pytest.mark.django_db


class TestTime(StockedPlant):
    def test_time_costs_the_rate_of_the_centre(self, work):
        for _twice in range(2):
            done = spend(work, "CUT", 95, good_qty=Decimal(1))
        assert (done.status, done.actual_minutes, done.actual_cost) == ("done", Decimal(95), Decimal("57.00"))
        assert done.started_at == START - timedelta(minutes=95)
        assert operation(work, "ASM").status == OperationStatus.READY
        assert wip_left(work.pk) == Decimal("57.00")

    def test_reports_add_up_until_the_operation_is_finished(self, work):
        assert spend(work, "CUT", 10, key="1", finished=False).status == OperationStatus.RUNNING
        last = spend(work, "CUT", 7, key="2")
        assert (last.actual_minutes, last.actual_cost, last.status) == (Decimal(17), Decimal("10.20"), "done")

    def test_the_one_before_comes_first(self, work):
        with pytest.raises(PredecessorNotDone) as refused:
            spend(work, "ASM", 10)
        assert str(refused.value) == "ASM: the operation before it, CUT, is not done."
        assert not WipEntry.objects.exists()

    def test_time_booked_and_not_needed_is_free_again(self, work):
        cut = operation(work, "CUT")
        early = cut.starts_at + timedelta(minutes=20)
        spend(work, "CUT", 20, at=early)
        slots = CenterSlot.objects.filter(operation=cut)
        assert [(slot.period.lower, slot.period.upper) for slot in slots] == [(cut.starts_at, early)]
        assert ledgers.run_all() == []

    def test_a_seller_reports_no_time(self, work):
        with pytest.raises(NotAllowed):
            spend(work, "CUT", 10, by=make_user("seller"))
