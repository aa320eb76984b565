from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import InternalError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Event
from sales.choices import EstimateKind, EstimateStatus, LossReason
from sales.errors import DealClosed, EmptyDocument, EstimateClosed, LineOutOfRange
from sales.models import EstimateCost, EstimateRequest
from sales.services.deals import lose_deal
from sales.services.estimates import CostPart, answer_estimate, refuse_estimate, request_estimate
from tests.factories.core import make_user
from tests.factories.inventory import make_item
from tests.factories.sales import NOON, make_deal

pytestmark = pytest.mark.django_db


def ask(deal, item, qty=3):
    return request_estimate(deal_id=deal.pk, lines=[(item.pk, Decimal(qty))], at=NOON, by=SYSTEM)


def answer(request, *amounts, by=SYSTEM):
    item = request.lines.get().item
    costs = [CostPart(item.pk, EstimateKind.MATERIAL, Decimal(amount), code="X") for amount in amounts]
    return answer_estimate(request_id=request.pk, costs=costs, lead_days=9, remark="Tight", at=NOON, by=by)


def test_an_open_question_is_asked_once_and_a_changed_one_anew() -> None:
    deal, item = make_deal(), make_item()
    first = ask(deal, item)
    assert ask(deal, item).pk == first.pk
    assert ask(deal, item, 4).pk != first.pk
    answer(first, "1.00")
    assert ask(deal, item).pk != first.pk
    assert Event.objects.filter(name="sales.EstimateRequested").count() == 3


def test_the_same_item_twice_adds_up() -> None:
    item = make_item()
    lines = [(item.pk, Decimal(1)), (item.pk, Decimal(2))]
    asked = request_estimate(deal_id=make_deal().pk, lines=lines, at=NOON, by=SYSTEM)
    assert asked.lines.get().qty == 3


def test_an_answer_is_given_once() -> None:
    asked = ask(make_deal(), make_item())
    first = answer(asked, "784.63", "129.00", "268.00")
    again = answer(asked, "1.00")
    assert (first.cost, again.cost, again.status) == (Decimal("1181.63"), Decimal("1181.63"), EstimateStatus.ANSWERED)
    assert EstimateCost.objects.count() == 3
    with pytest.raises(EstimateClosed):
        refuse_estimate(request_id=asked.pk, remark="", at=NOON, by=SYSTEM)
    with pytest.raises(InternalError), transaction.atomic():
        EstimateRequest.objects.update(cost=1)
    with pytest.raises(InternalError), transaction.atomic():
        EstimateCost.objects.update(amount=1)


def test_a_refusal_stands() -> None:
    asked = ask(make_deal(), make_item())
    for _ in range(2):
        refused = refuse_estimate(request_id=asked.pk, remark="No capacity", at=NOON, by=SYSTEM)
    assert (refused.status, refused.remark) == (EstimateStatus.REFUSED, "No capacity")
    with pytest.raises(EstimateClosed):
        answer(asked, "1.00")


def test_refusals() -> None:
    deal, item = make_deal(), make_item()
    with pytest.raises(LineOutOfRange):
        ask(deal, item, 0)
    with pytest.raises(EmptyDocument):
        request_estimate(deal_id=deal.pk, lines=[], at=NOON, by=SYSTEM)
    with pytest.raises(NotAllowed):
        request_estimate(deal_id=deal.pk, lines=[(item.pk, Decimal(1))], at=NOON, by=make_user("seller"))
    with pytest.raises(NotAllowed):
        answer(ask(deal, item), "1.00", by=make_user("seller"))
    answer(ask(deal, item), "1.00", by=make_user("production_lead"))
    lose_deal(deal_id=deal.pk, reason=LossReason.PRICE, at=NOON, by=SYSTEM)
    with pytest.raises(DealClosed):
        ask(deal, item)
