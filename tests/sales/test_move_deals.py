"""Deals on their way: steps taken, closed, what a path asks for."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import ledgers
from core.actors import SYSTEM
from core.errors import DomainError, NotAllowed, StaleVersion
from core.models import Event
from crm.choices import TaskStatus
from crm.models import Task
from crm.services.tasks import finish_task
from sales.choices import DealStatus, LossReason, QuoteStatus, StageCategory
from sales.errors import DealClosed, DutiesOpen, NoSuchStage, ReasonMissing, StepBeforeLast
from sales.models import Deal, Stage, StageChange
from sales.selectors.funnel import stage_hours, stays
from sales.services.deals import change_amount, lose_deal, move_deal, set_lines, win_without_quote
from sales.services.pipelines import DutyDraft, StageDraft
from sales.services.quotes import send_quote
from tests.factories.core import make_team, make_user
from tests.factories.sales import NOON, STAGES, make_deal, make_pipeline, make_quote

HOUR = timedelta(hours=1)


def move(deal: Deal, stage: str, at=NOON, **more) -> Deal:
    more.setdefault("by", SYSTEM)
    return move_deal(deal_id=deal.pk, stage_code=stage, at=at, **more)


@pytest.mark.django_db
class TestMoving:
    def test_a_move_brings_the_stages_probability_once(self) -> None:
        deal = make_deal()
        move(deal, "proposal", NOON + HOUR)
        again = move(deal, "proposal", NOON + 2 * HOUR)
        assert (again.stage.code, again.probability) == ("proposal", 60)
        assert StageChange.objects.count() == 2

    def test_refusals_change_nothing(self) -> None:
        deal = make_deal()
        move(deal, "estimate", NOON + HOUR)
        for stage in ("won", "lost", "nowhere"):
            with pytest.raises(NoSuchStage):
                move(deal, stage, NOON + 2 * HOUR)
        with pytest.raises(StepBeforeLast):
            move(deal, "proposal", NOON)
        with pytest.raises(StaleVersion):
            move(deal, "proposal", NOON + 2 * HOUR, version=1)
        assert StageChange.objects.count() == 2

    def test_a_required_duty_holds_the_deal(self) -> None:
        duty = DutyDraft("Call the decider", due_hours=8, is_required=True)
        make_pipeline([StageDraft("qualified", "Qualified", 25, duties=(duty, DutyDraft("Nice to have"))), *STAGES[1:]])
        seller, head = make_user("seller"), make_user("head_of_sales")
        make_team(seller, head)
        deal = make_deal(owner=seller)
        required, nice = Task.objects.order_by("pk")
        assert (required.assignee, required.due_at, nice.due_at) == (seller, NOON + 8 * HOUR, NOON + 24 * HOUR)
        with pytest.raises(DutiesOpen):
            move(deal, "estimate", by=seller)
        with pytest.raises(NotAllowed):
            move(deal, "estimate", by=seller, skip_reason="In a hurry")
        finish_task(task_id=required.pk, at=NOON, by=seller)
        move(deal, "estimate", by=seller)
        move(deal, "qualified", by=seller)
        assert Task.objects.filter(status=TaskStatus.DONE).count() == 1 and Task.objects.count() == 2
        other = make_deal(owner=seller)
        assert move(other, "estimate", by=head, skip_reason="Client was here himself").stage.code == "estimate"

    def test_moving_takes_few_statements(self) -> None:
        deal = make_deal()
        with CaptureQueriesContext(connection) as captured:
            move(deal, "proposal")
        assert len(captured) <= 12  # two of them tell other systems

    def test_only_the_owner_and_his_head_move_it(self) -> None:
        seller, head = make_user("seller"), make_user("head_of_sales")
        make_team(seller, head)
        deal = make_deal(owner=seller)
        with pytest.raises(NotAllowed):
            move(deal, "estimate", by=make_user("seller"))
        move(deal, "estimate", by=head)


@pytest.mark.django_db
class TestClosing:
    def test_losing_needs_a_reason_refuses_the_quote_and_happens_once(self) -> None:
        deal = make_deal()
        quote = send_quote(quote_id=make_quote(deal).pk, at=NOON, by=SYSTEM)
        with pytest.raises(ReasonMissing):
            lose_deal(deal_id=deal.pk, reason="", at=NOON, by=SYSTEM)
        for reason in (LossReason.PRICE, LossReason.TIME):
            lost = lose_deal(deal_id=deal.pk, reason=reason, at=NOON, by=SYSTEM, note="Too dear")
        quote.refresh_from_db()
        assert (lost.status, lost.lost_reason, lost.probability) == (DealStatus.LOST, LossReason.PRICE, 0)
        assert quote.status == QuoteStatus.REFUSED
        assert Event.objects.filter(name="sales.DealLost").count() == 1

    def test_winning_without_a_quote_needs_a_reason_and_a_head(self) -> None:
        seller = make_user("seller")
        deal = make_deal(owner=seller)
        with pytest.raises(NotAllowed):
            win_without_quote(deal_id=deal.pk, reason="Call-off", at=NOON, by=seller)
        with pytest.raises(ReasonMissing):
            win_without_quote(deal_id=deal.pk, reason=" ", at=NOON, by=SYSTEM)
        for _ in range(2):
            won = win_without_quote(deal_id=deal.pk, reason="Call-off", at=NOON, by=SYSTEM)
        assert (won.status, won.probability, won.won_without_quote) == (DealStatus.WON, 100, "Call-off")
        with pytest.raises(DealClosed):
            lose_deal(deal_id=deal.pk, reason=LossReason.PRICE, at=NOON, by=SYSTEM)

    def test_a_closed_deal_is_frozen_also_for_the_database(self) -> None:
        deal = make_deal()
        lose_deal(deal_id=deal.pk, reason=LossReason.PRICE, at=NOON, by=SYSTEM)
        for refused in (
            lambda: move(deal, "estimate"),
            lambda: change_amount(deal_id=deal.pk, amount=Decimal(1), at=NOON, by=SYSTEM),
            lambda: set_lines(deal_id=deal.pk, lines=[], at=NOON, by=SYSTEM),
            lambda: make_quote(deal),
            lambda: win_without_quote(deal_id=deal.pk, reason="x", at=NOON, by=SYSTEM),
        ):
            with pytest.raises(DealClosed):
                refused()
        with pytest.raises(InternalError), transaction.atomic():
            Deal.objects.update(amount=1)

    def test_history_is_append_only_and_continuous_for_the_database(self) -> None:
        deal = make_deal()
        fields = {"deal": deal, "at": NOON, "amount": 1, "probability": 5, "to_stage": deal.stage}
        other = Stage.objects.get(code="proposal")
        for wrong in (
            {"seq": 3, "from_stage": deal.stage}, {"seq": 2, "from_stage": other}, {"seq": 2},
            {"seq": 2, "from_stage": deal.stage, "at": NOON - HOUR},
        ):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                StageChange.objects.create(**(fields | wrong))
        with pytest.raises(InternalError), transaction.atomic():
            StageChange.objects.update(amount=1)


steps = st.lists(
    st.tuples(
        st.sampled_from(["qualified", "estimate", "proposal", "negotiation", "amount", "lose"]),
        st.integers(-5, 50), st.integers(0, 900),
    ),
    max_size=10,
)  # fmt: skip


class TestPath(TestCase):
    """Whatever is done to a deal in whatever order, its path has no hole, and the figures follow from it."""

    @settings(max_examples=25, deadline=None)
    @given(steps=steps)
    def test_path_is_contiguous(self, steps: list[tuple[str, int, int]]) -> None:
        deal, at = make_deal(), NOON
        for what, hours, amount in steps:
            moment = at + hours * HOUR
            with suppress(DomainError):
                if what == "amount":
                    change_amount(deal_id=deal.pk, amount=Decimal(amount), at=moment, by=SYSTEM)
                elif what == "lose":
                    lose_deal(deal_id=deal.pk, reason=LossReason.PRICE, at=moment, by=SYSTEM)
                else:
                    move(deal, what, moment)
            at = StageChange.objects.order_by("-seq").values_list("at", flat=True)[0]
        path = stays(deal.pk)
        assert all(one.until == two.since for one, two in pairwise(path))
        assert [stay.until is None for stay in path] == [False] * (len(path) - 1) + [True]
        end = path[-1].since + HOUR
        total = sum(stay.hours(end) for stay in path if stay.category == StageCategory.OPEN)
        assert sum(stage_hours(deal.pk, end).values()) == total
        for name, (invariant, check) in ledgers.registered().items():
            if invariant == "I6" and name.startswith("sales:"):
                assert not list(check()), name
