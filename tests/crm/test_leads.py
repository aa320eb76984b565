from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Event
from crm.choices import Direction, LeadStatus
from crm.errors import AnswerBeforeLead, LeadClosed, ReasonMissing
from crm.models import Interaction, Lead
from crm.selectors.leads import lead_figures, received_between
from crm.services.leads import answer_lead, mark_qualified, receive_lead, reject_lead
from tests.factories.core import make_team, make_user
from tests.factories.crm import MORNING, make_client, make_lead, make_person, make_route, make_source

pytestmark = pytest.mark.django_db


class TestReceiving:
    def test_the_submission_is_kept_as_it_came(self) -> None:
        payload = {"Телефон": "call me", "nested": {"a": [1, None]}}
        lead = make_lead(payload=payload, phone="call me", email="no mail")
        lead.refresh_from_db()
        assert lead.raw_payload == payload
        assert (lead.phone, lead.email) == ("call me", "no mail")
        with pytest.raises(InternalError), transaction.atomic():
            Lead.objects.update(raw_payload={})

    def test_the_same_submission_is_one_lead_and_one_event(self) -> None:
        first = make_lead(submission_key="abc")
        assert make_lead(submission_key="abc", name="Somebody else").pk == first.pk
        assert Lead.objects.count() == Event.objects.filter(name="crm.LeadReceived").count() == 1

    def test_a_twin_that_was_faster_wins(self, monkeypatch) -> None:
        """The look finds nothing, the insert meets the rival's row."""
        first = make_lead(submission_key="abc")
        monkeypatch.setattr("crm.services.leads.Lead.objects", _BlindOnce(Lead.objects))
        assert make_lead(submission_key="abc").pk == first.pk

    def test_the_longest_fitting_campaign_pattern_names_the_source(self) -> None:
        make_source(utm_pattern="spring*")
        exact = make_source(utm_pattern="SPRING26")
        make_source(utm_pattern="spring26", is_active=False)
        assert make_lead(utm={"campaign": "Spring26"}).source == exact
        assert make_lead(utm={"utm_campaign": "spring27"}).source.utm_pattern == "spring*"
        assert make_lead(utm={"campaign": "autumn"}).source is None

    def test_routes_are_asked_in_their_order_up_the_tree_of_sources(self) -> None:
        ads = make_source()
        campaign = make_source(parent=ads)
        other = make_route(source=make_source(), position=9001)
        above = make_route(source=ads, position=9002)
        anybody = make_route(position=9003)
        assert make_lead(source_id=campaign.pk).owner == above.owner
        assert make_lead().owner == anybody.owner
        above.is_active = False
        above.save()
        assert make_lead(source_id=campaign.pk).owner == anybody.owner
        assert other.owner not in {lead.owner for lead in Lead.objects.all()}

    def test_what_no_route_takes_is_seen_by_the_head_of_sales(self) -> None:
        assert make_lead().owner is None, "there is no head yet"
        make_user("head_of_sales", is_active=False)
        head, _second = make_user("head_of_sales"), make_user("head_of_sales")
        lead = make_lead()
        assert lead.owner == head
        assert lead in Lead.objects.visible_to(head, "crm.view_lead")

    def test_a_known_mail_or_phone_attaches_client_and_person(self) -> None:
        client = make_client(owner=make_user("seller"))
        person = make_person(client, email="Nora@Example.com", phone="+49 30 1234567")
        by_mail, by_phone = (
            make_lead(email=" nora@example.COM "),
            make_lead(phone="+49301234567", email="new@example.com"),
        )
        for lead in (by_mail, by_phone):
            assert (lead.client, lead.person, lead.owner) == (client, person, client.owner)

    def test_rights(self) -> None:
        with pytest.raises(NotAllowed):
            make_lead(by=make_user("storekeeper"))
        assert not Lead.objects.exists()


class _BlindOnce:
    """A manager whose first look sees nothing, as before a rival's commit."""

    def __init__(self, real) -> None:
        self.real, self.seen = real, False

    def __getattr__(self, name):
        return getattr(self.real, name)

    def filter(self, **fields):
        blind, self.seen = not self.seen, True
        return self.real.none() if blind else self.real.filter(**fields)


class TestAnswering:
    def test_the_first_answer_stops_the_clock(self) -> None:
        lead = make_lead()
        assert lead.response_minutes is None
        for minutes in (25, 25, 90):
            answer_lead(lead_id=lead.pk, at=MORNING + timedelta(minutes=minutes), by=SYSTEM, kind="call", subject="Hi")
        lead.refresh_from_db()
        assert (lead.status, lead.response_minutes) == (LeadStatus.WORKING, 25)
        assert Interaction.objects.filter(direction=Direction.OUT).count() == 2

    def test_an_answer_is_not_earlier_than_the_question(self) -> None:
        lead = make_lead()
        with pytest.raises(AnswerBeforeLead):
            answer_lead(lead_id=lead.pk, at=MORNING - timedelta(seconds=1), by=SYSTEM, kind="call")
        with pytest.raises(IntegrityError), transaction.atomic():
            Lead.objects.update(first_answer_at=MORNING - timedelta(seconds=1))

    def test_a_seller_answers_his_own_and_his_head_those_of_the_team(self) -> None:
        seller, head, stranger = make_user("seller"), make_user("head_of_sales"), make_user("seller")
        make_team(seller, head)
        lead = make_lead(owner_id=seller.pk)
        with pytest.raises(NotAllowed):
            answer_lead(lead_id=lead.pk, at=MORNING, by=stranger, kind="call")
        answer_lead(lead_id=lead.pk, at=MORNING, by=head, kind="call")
        assert Interaction.objects.get().owner == head


class TestClosing:
    def test_rejecting_needs_a_reason_and_happens_once(self) -> None:
        lead = make_lead()
        with pytest.raises(ReasonMissing):
            reject_lead(lead_id=lead.pk, reason=" ", at=MORNING, by=SYSTEM)
        for reason in ("No budget", "Another reason"):
            lead = reject_lead(lead_id=lead.pk, reason=reason, at=MORNING, by=SYSTEM)
        assert (lead.status, lead.reject_reason, lead.closed_at) == (LeadStatus.REJECTED, "No budget", MORNING)
        with pytest.raises(IntegrityError), transaction.atomic():
            Lead.objects.update(reject_reason="")

    def test_a_closed_lead_does_not_change_its_mind(self) -> None:
        lead, client = make_lead(), make_client()
        mark_qualified(lead_id=lead.pk, client_id=client.pk, person_id=None, at=MORNING, by=SYSTEM)
        mark_qualified(lead_id=lead.pk, client_id=make_client().pk, person_id=None, at=MORNING, by=SYSTEM)
        lead.refresh_from_db()
        assert lead.client == client
        with pytest.raises(LeadClosed):
            reject_lead(lead_id=lead.pk, reason="Late", at=MORNING, by=SYSTEM)
        rejected = make_lead()
        reject_lead(lead_id=rejected.pk, reason="No", at=MORNING, by=SYSTEM)
        with pytest.raises(LeadClosed):
            mark_qualified(lead_id=rejected.pk, client_id=client.pk, person_id=None, at=MORNING, by=SYSTEM)


def test_figures_count_a_period_by_outcome() -> None:
    client = make_client()
    leads = [make_lead(received_at=MORNING + timedelta(days=day)) for day in range(5)]
    make_lead(received_at=MORNING + timedelta(days=31))
    for lead in leads[:3]:
        mark_qualified(lead_id=lead.pk, client_id=client.pk, person_id=None, at=lead.received_at, by=SYSTEM)
    reject_lead(lead_id=leads[3].pk, reason="No", at=leads[3].received_at, by=SYSTEM)
    for lead, minutes in zip(leads, (10, 25), strict=False):
        answer_lead(lead_id=lead.pk, at=lead.received_at + timedelta(minutes=minutes), by=SYSTEM, kind="mail")
    found = lead_figures(received_between(MORNING, MORNING + timedelta(days=31)))
    assert (found.received, found.converted, found.rejected, found.answered) == (5, 3, 1, 2)
    assert (str(found.conversion_pct), str(found.mean_response_minutes)) == ("60.00", "17.5")


def test_visible_leads_follow_the_reach_of_the_role() -> None:
    seller, director = make_user("seller"), make_user("director")
    own = make_lead(owner_id=seller.pk)
    make_lead(owner_id=make_user("seller").pk)
    assert list(Lead.objects.visible_to(seller)) == [own]
    assert Lead.objects.visible_to(director).count() == 2
    assert not Lead.objects.visible_to(make_user("storekeeper")).exists()


def test_receiving_by_a_public_form_needs_no_user() -> None:
    lead = receive_lead(payload={}, received_at=MORNING, by=SYSTEM, email="x@example.com")
    assert lead.created_by is None
