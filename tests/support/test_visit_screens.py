"""Visits in the office: the list, the card, the plan, the link, the report; panels on orders and deals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed, StaleVersion
from core.models import OutboxMessage, PublicLink
from core.ui import panels
from support.choices import VisitStatus
from support.errors import CrewBusy, VisitClosed
from support.models import InstallationVisit, Ticket
from support.services.crew_links import hand_out_link
from support.services.visits import change_visit, fail_visit, finish_visit, plan_visit
from tests.factories.core import make_user
from tests.factories.inventory import make_warehouse
from tests.factories.sales import make_deal
from tests.factories.support import SHIPPED, make_installable_order, make_report, make_visit, picture

pytestmark = pytest.mark.django_db
EIGHT = datetime(2026, 12, 1, 8, tzinfo=UTC)


def slot(hours: int = 0, lasts: int = 2) -> tuple[datetime, datetime]:
    starts = EIGHT + timedelta(hours=hours)
    return starts, starts + timedelta(hours=lasts)


@pytest.fixture
def planner(client):
    user = make_user("production_lead")
    client.force_login(user)
    return user


class TestPlan:
    def test_a_crew_is_at_one_place_at_a_time(self):
        make_visit(slot=slot())
        second = make_visit(make_installable_order(), crew="", slot=slot(1))
        with pytest.raises(CrewBusy):
            change_visit(visit_id=second.pk, changes={"crew": "crew 2"}, by=SYSTEM)
        change_visit(visit_id=second.pk, changes={"crew": "Crew 3"}, by=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            InstallationVisit.objects.filter(pk=second.pk).update(crew="CREW 2")

    def test_a_failed_visit_sets_its_crew_free(self):
        first = make_visit(slot=slot())
        fail_visit(visit_id=first.pk, reason="No lift", at=SHIPPED, by=SYSTEM)
        again = plan_visit(order_id=first.order_id, crew="Crew 2", slot=slot(), at=SHIPPED, by=SYSTEM)
        assert again.pk != first.pk

    def test_changes(self):
        visit = make_visit()
        with pytest.raises(StaleVersion):
            change_visit(visit_id=visit.pk, changes={"crew": "x"}, by=SYSTEM, version=visit.version - 1)
        with pytest.raises(InvalidValue):
            change_visit(visit_id=visit.pk, changes={"status": "done"}, by=SYSTEM)
        with pytest.raises(NotAllowed):
            change_visit(visit_id=visit.pk, changes={"crew": "x"}, by=make_user("storekeeper"))
        same = change_visit(visit_id=visit.pk, changes={"crew": " Crew  2 "}, by=SYSTEM)
        assert same.version == visit.version
        finish_visit(visit_id=visit.pk, report=make_report(), at=SHIPPED, by=SYSTEM)
        with pytest.raises(VisitClosed):
            change_visit(visit_id=visit.pk, changes={"crew": "x"}, by=SYSTEM)

    def test_planned_from_the_form_and_moved_in_the_calendar(self, client, planner):
        order = make_installable_order()
        data = {
            "order": order.pk, "crew": "Crew 1", "slot_0": "2026-12-01T08:00", "slot_1": "2026-12-01T11:00",
            "address": "Main street 1", "contact": "Nora", "key": "k",
        }  # fmt: skip
        assert client.post(reverse("support:visit_new"), {**data, "slot_1": "2026-12-01T07:00"}).status_code == 422
        for _ in range(2):
            assert client.post(reverse("support:visit_new"), data).status_code == 302
        visit = InstallationVisit.objects.get()
        assert (visit.crew, visit.address, visit.slot.lower) == ("Crew 1", "Main street 1", EIGHT)
        calendar = reverse("support:visit_calendar")
        span = {"start": "2026-12-01", "end": "2027-01-01"}
        assert [event["title"].split(":")[0] for event in client.get(calendar, span).json()] == ["Crew 1"]
        assert client.get(calendar, {**span, "crew": "other"}).json() == []
        moved = client.post(
            calendar, {"event": visit.pk, "version": visit.version, "start": "2026-12-03T09:00:00Z"},
            headers={"Accept": "application/json"},
        )  # fmt: skip
        assert moved.status_code == 200
        visit.refresh_from_db()
        assert (visit.slot.lower.day, visit.slot.upper - visit.slot.lower) == (3, timedelta(hours=3))
        assert client.get(calendar, {"month": "2026-12"}).status_code == 200


class TestLink:
    def test_made_mailed_and_shown_once(self, client, planner):
        visit = make_visit()
        url = reverse("support:visit_link", args=[visit.pk])
        assert client.post(url, {"days": "0", "key": "k"}).status_code == 422
        data = {"days": "7", "mail_to": "crew@example.com", "key": "k"}
        first = client.post(url, data)
        made = first.context["made"]
        assert made.url in first.text
        assert "data:image/svg+xml" in first.text
        again = client.post(url, data)
        assert made.url not in again.text
        assert "shown only once" in again.text
        assert PublicLink.objects.count() == 1
        mail = OutboxMessage.objects.get()
        assert (mail.recipient, made.url in mail.payload["text"]) == ("crew@example.com", True)
        assert made.url.rsplit("/", 2)[1] not in str(list(PublicLink.objects.values()))
        assert client.get(urlsplit(made.url).path).status_code == 200
        client.post(reverse("support:visit_link_revoke", args=[visit.pk]))
        assert client.get(urlsplit(made.url).path).status_code == 410

    def test_a_link_nobody_may_make_is_not_made(self):
        visit = make_visit()
        with pytest.raises(NotAllowed):
            hand_out_link(visit_id=visit.pk, expires_at=timezone.now(), key="k", by=make_user("storekeeper"))
        assert PublicLink.objects.count() == 0


class TestSteps:
    def test_started_and_failed_with_a_reason(self, client, planner):
        visit = make_visit()
        for _ in range(2):
            client.post(reverse("support:visit_start", args=[visit.pk]))
        fail = reverse("support:visit_fail", args=[visit.pk])
        assert client.post(fail, {"reason": ""}).status_code == 422
        assert client.post(fail, {"reason": "The lift was broken."}).status_code == 302
        visit.refresh_from_db()
        assert (visit.status, visit.remark) == (VisitStatus.FAILED, "The lift was broken.")
        assert "The lift was broken." in client.get(reverse("support:visit_card", args=[visit.pk])).text
        start = client.post(reverse("support:visit_start", args=[visit.pk]), follow=True)
        assert "Visit" in start.text

    def test_reported_by_a_user_with_files(self, client, planner):
        from django.core.files.uploadedfile import SimpleUploadedFile

        visit = make_visit()
        url = reverse("support:visit_finish", args=[visit.pk])
        data = {
            "remark": "All fitted.",
            "left": "Plinth on the left.",
            "signed_by": "Nora",
            "signed_on_paper": "on",
            "key": "k",
        }
        wrong = client.post(url, {**data, "signed_by": ""})
        assert wrong.status_code == 422
        assert "All fitted." in wrong.text
        photo = SimpleUploadedFile("a.png", picture().content)
        assert client.post(url, {**data, "photos": [photo]}).status_code == 302
        client.post(url, data)
        visit.refresh_from_db()
        assert (visit.status, visit.form_data["left"], len(visit.form_data["photos"])) == (
            "done",
            "Plinth on the left.",
            1,
        )
        ticket = Ticket.objects.get()
        assert (ticket.order_id, ticket.description) == (visit.order_id, "Plinth on the left.")
        page = client.get(reverse("support:visit_card", args=[visit.pk])).text
        assert "Plinth on the left." in page
        assert visit.form_data["photos"][0] in page

    def test_what_is_no_picture_is_refused_and_nothing_is_done(self, client, planner):
        from django.core.files.uploadedfile import SimpleUploadedFile

        visit = make_visit()
        data = {"signed_by": "Nora", "signed_on_paper": "on", "photos": [SimpleUploadedFile("a.png", b"<svg/>")]}
        refused = client.post(reverse("support:visit_finish", args=[visit.pk]), data)
        assert refused.status_code == 409
        visit.refresh_from_db()
        assert visit.status == VisitStatus.PLANNED


class TestPanels:
    def boxes(self, record, user) -> str:
        request = RequestFactory().get("/")
        request.user = user
        made = panels.of(record, request, keys=("visits", "tickets"))
        return "".join(made["side"])

    def test_order_and_deal_show_the_visit(self):
        warehouse = make_warehouse()
        deal = make_deal(branch=warehouse.branch)
        visit = make_visit(make_installable_order(warehouse, deal_id=deal.pk))
        finish_visit(visit_id=visit.pk, report=make_report(), at=SHIPPED, by=SYSTEM)
        for record in (visit.order, deal):
            page = self.boxes(record, make_user("director"))
            assert visit.number in page
            assert "3 photos" in page
            assert "signed by Nora Field" in page

    def test_an_order_without_a_visit_offers_one_to_who_may_plan(self):
        order = make_installable_order()
        assert f"?order={order.pk}" in self.boxes(order, make_user("production_lead"))
        assert "?order=" not in self.boxes(order, make_user("storekeeper"))

    def test_costs_stay_hidden(self, client):
        visit = make_visit(fee=Decimal("987.65"))
        client.force_login(make_user("storekeeper"))
        card = client.get(reverse("support:visit_card", args=[visit.pk]))
        assert card.status_code == 200
        assert "988" not in card.text
        assert "Crew fee" not in card.text


def test_statements_do_not_grow_with_visits(client, planner):
    first = make_visit(slot=slot())
    counts = []
    for more in (9, 990):
        InstallationVisit.objects.bulk_create(
            InstallationVisit(
                order=first.order, branch=first.branch, warehouse=first.warehouse, number=f"V-{more}-{n}",
                status="failed", crew=f"Crew {n}", slot=(EIGHT, EIGHT + timedelta(hours=1)),
            ) for n in range(more)
        )  # fmt: skip
        for page in (reverse("support:visit_list"), reverse("support:visit_calendar") + "?month=2026-12"):
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
    # A list of more than one page is counted besides.
    assert (counts[2], counts[3]) == (counts[0] + 1, counts[1])
    assert max(counts) <= 25
