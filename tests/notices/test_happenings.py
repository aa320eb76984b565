"""What happens in the house reaches those whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core import events
from core.actors import SYSTEM
from core.models import EventDelivery, Notice
from core.services.standing_links import tokens_of
from crm.events import LeadAssigned
from crm.services.leads import reject_lead
from crm.services.tasks import finish_task
from sales.models import Approval
from sales.selectors.links import QUOTE
from sales.services import approvals
from sales.services.clients_answers import accept_by_link, refuse_by_link
from sales.services.quotes import send_quote
from tests.factories.core import make_branch, make_team, make_user
from tests.factories.crm import make_lead, make_task
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal, make_quote

pytestmark = pytest.mark.django_db


def deliver() -> None:
    """Hand every event to its handlers, and once more: a redelivery says nothing new."""
    for delivery in EventDelivery.objects.order_by("pk"):
        events.deliver(delivery.pk)
    EventDelivery.objects.update(status="waiting")
    for delivery in EventDelivery.objects.order_by("pk"):
        events.deliver(delivery.pk)


def told(kind: str) -> list[tuple[int, str]]:
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("user", "text"))


class TestLeads:
    def test_the_owner_of_a_new_lead_hears_of_it_once(self) -> None:
        owner = make_user("seller")
        make_lead(owner_id=owner.pk, title="Two ovens", received_at=timezone.now())
        deliver()
        assert told("crm.lead_assigned") == [(owner.pk, "A lead for you: Two ovens")]

    def test_not_of_one_that_he_entered_himself_nor_of_imported_history_nor_of_one_that_is_over(self) -> None:
        owner, now = make_user("seller"), timezone.now()
        make_lead(owner_id=owner.pk, by=owner, received_at=now)
        make_lead(owner_id=owner.pk, received_at=now - timedelta(days=8))
        over = make_lead(owner_id=owner.pk, received_at=now)
        reject_lead(lead_id=over.pk, reason="Spam", at=now, by=SYSTEM)
        deliver()
        assert told("crm.lead_assigned") == []

    def test_a_new_owner_hears_of_it_unless_it_went_on_to_another(self) -> None:
        first, second = make_user("seller"), make_user("seller")
        lead = make_lead(owner_id=second.pk, title="Ovens", received_at=timezone.now(), by=second)
        for owner in (first, second):
            events.publish(LeadAssigned(lead_id=lead.pk, owner_id=owner.pk, by_id=None))
        deliver()
        assert told("crm.lead_assigned") == [(second.pk, "A lead for you: Ovens")]


def test_the_assignee_hears_of_a_new_task_that_somebody_else_gave_him() -> None:
    ann = make_user("seller")
    make_task(title="Call back", assignee_id=ann.pk)
    make_task(title="My own", assignee_id=ann.pk, by=ann)
    over = make_task(title="Over", assignee_id=ann.pk)
    finish_task(task_id=over.pk, at=timezone.now(), by=SYSTEM)
    make_task(title="Nobody's")
    deliver()
    assert told("crm.task_assigned") == [(ann.pk, "A task for you: Call back")]


@pytest.mark.parametrize("accepts", [True, False])
def test_the_seller_hears_what_his_client_answered_on_the_page(accepts) -> None:
    branch, now = make_branch(), timezone.now()
    make_warehouse(branch=branch)
    deal = make_deal(owner=make_user("seller"), branch=branch)
    quote = send_quote(quote_id=make_quote(deal).pk, at=now, by=SYSTEM)
    token = tokens_of([quote], QUOTE, at=now)[quote.pk]
    for _twice in range(2):
        if accepts:
            accept_by_link(token=token, name="Ada", signature=None, at=now)
        else:
            refuse_by_link(token=token, reason="Too late", at=now)
    deliver()
    verb = "accepted" if accepts else "refused"
    assert told("sales.client_answered") == [(deal.owner_id, f"{deal.client} {verb} quote {quote.number}")]


class TestApprovals:
    def ask(self) -> tuple[Approval, dict]:
        people = {name: make_user(name) for name in ("seller", "head_of_sales", "director")}
        people["stranger"] = make_user("head_of_sales")
        make_team(people["seller"], leader=people["head_of_sales"])
        quote = make_quote(make_deal(owner=people["seller"]))
        approval = approvals.request_approval(quote_id=quote.pk, at=timezone.now(), by=people["seller"])
        return approval, people

    def test_those_who_may_decide_are_asked(self) -> None:
        approval, people = self.ask()
        deliver()
        asked = told("sales.approval_asked")
        assert {user for user, _text in asked} == {people["head_of_sales"].pk, people["director"].pk}
        assert len(asked) == 2
        assert approval.quote.number in asked[0][1]

    def test_the_one_who_asked_hears_the_decision(self) -> None:
        approval, people = self.ask()
        approvals.decide_approval(approval_id=approval.pk, granted=False, at=timezone.now(), by=people["director"])
        deliver()
        number = approval.quote.number
        assert told("sales.approval_decided") == [(people["seller"].pk, f"Refused: the discount on quote {number}")]
        assert told("sales.approval_asked") == [], "it is decided: nobody needs to look"
