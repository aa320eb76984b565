"""Complaints on the screen: opened from a card, taken, waiting, decided, closed; the clock; the box on cards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed, StaleVersion
from core.ui import panels
from sales import ports
from support.errors import OrderOfAnotherClient, TicketClosed
from support.models import Ticket
from support.navigation import open_tickets
from support.selectors.clocks import clock_of
from support.services.tickets import change_ticket, close_ticket, resolve_ticket, take_ticket, wait_for_client
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_client
from tests.factories.support import SHIPPED, make_installable_order, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def branch():
    return make_branch()


@pytest.fixture
def head(client):
    user = make_user("head_of_sales")
    client.force_login(user)
    return user


def own(user, **fields) -> Ticket:
    return make_ticket(owner_id=user.pk, **fields)


class TestSteps:
    def test_opened_twice_by_one_form_is_one_ticket(self, client, head):
        order = make_installable_order(owner=head)
        page = client.get(reverse("support:ticket_new"), {"order": order.pk, "client": order.client_id})
        assert page.status_code == 200
        data = {
            "order": order.pk,
            "subject": "Scratch",
            "description": "On the left pane",
            "severity": "high",
            "key": "k",
        }
        assert client.post(reverse("support:ticket_new"), {**data, "order": ""}).status_code == 422
        for _ in range(2):
            assert client.post(reverse("support:ticket_new"), {**data, "owner": head.pk}).status_code == 302
        ticket = Ticket.objects.get()
        assert (ticket.client, ticket.description, ticket.severity) == (order.client, "On the left pane", "high")

    def test_taken_waiting_decided_closed(self, client, head):
        ticket = own(head)
        card = reverse("support:ticket_card", args=[ticket.pk])
        assert "Take it" in client.get(card).text
        for _ in range(2):
            client.post(reverse("support:ticket_take", args=[ticket.pk]))
        wait = reverse("support:ticket_wait", args=[ticket.pk])
        assert client.post(wait, {"note": ""}).status_code == 422
        client.post(wait, {"note": "Asked for a photo"})
        assert "The clock stands still" in client.get(card).text
        decide = reverse("support:ticket_resolve", args=[ticket.pk])
        assert client.post(decide, {}).status_code == 422
        client.post(decide, {"decision": "repair", "cause": "Packing", "cost": "40+5"})
        assert "Repair" in client.get(card).text
        client.post(reverse("support:ticket_close", args=[ticket.pk]))
        ticket.refresh_from_db()
        assert (ticket.status, ticket.cause, ticket.cost) == ("closed", "Packing", 45)
        assert "Edit" not in client.get(card).text.split("pagehead")[1].split("content")[0]

    def test_closing_what_is_not_decided_is_refused(self, client, head):
        ticket = own(head)
        answer = client.post(reverse("support:ticket_close", args=[ticket.pk]), follow=True)
        assert "Say what was decided" in answer.text
        ticket.refresh_from_db()
        assert ticket.status == "new"

    def test_a_credit_note_is_the_work_of_finance(self, client, head, monkeypatch):
        order = make_installable_order(owner=head)
        ticket = own(head, order_id=order.pk)
        resolve_ticket(ticket_id=ticket.pk, decision="credit", at=SHIPPED, by=SYSTEM)
        card = reverse("support:ticket_card", args=[ticket.pk])
        monkeypatch.setattr(ports.credit_note_page, "_answer", None)
        assert "Finance writes the credit note." in client.get(card).text
        monkeypatch.setattr(ports.credit_note_page, "_answer", lambda order_id, by: f"/money/credit/{order_id}/")
        assert f'href="/money/credit/{order.pk}/"' in client.get(card).text

    def test_a_step_of_a_foreign_ticket_is_unknown(self, client):
        ticket = own(make_user("seller"))
        client.force_login(make_user("seller"))
        for step in ("take", "wait", "resolve", "close"):
            assert client.post(reverse(f"support:ticket_{step}", args=[ticket.pk]), {"note": "x"}).status_code == 404


class TestChange:
    def test_another_severity_moves_the_answers_day_and_keeps_the_time_waited(self):
        ticket = make_ticket()
        due = ticket.sla_due_at
        wait_for_client(ticket_id=ticket.pk, at=SHIPPED, by=SYSTEM)
        ticket = take_ticket(ticket_id=ticket.pk, at=SHIPPED + timedelta(hours=5), by=SYSTEM)
        assert ticket.sla_due_at == due + timedelta(hours=5)
        high = change_ticket(ticket_id=ticket.pk, changes={"severity": "high"}, by=SYSTEM)
        assert high.sla_due_at < ticket.sla_due_at
        back = change_ticket(ticket_id=ticket.pk, changes={"severity": "normal"}, by=SYSTEM)
        assert back.sla_due_at == ticket.sla_due_at

    def test_refusals(self):
        ticket = make_ticket()
        for error, call in (
            (StaleVersion, {"changes": {"cause": "x"}, "version": 99}),
            (InvalidValue, {"changes": {"status": "closed"}}),
            (OrderOfAnotherClient, {"changes": {"order_id": make_installable_order().pk}}),
        ):
            with pytest.raises(error):
                change_ticket(**{"ticket_id": ticket.pk, "by": SYSTEM, **call})
        with pytest.raises(NotAllowed):
            change_ticket(ticket_id=ticket.pk, changes={"cause": "x"}, by=make_user("storekeeper"))
        assert change_ticket(ticket_id=ticket.pk, changes={"cause": ""}, by=SYSTEM).version == ticket.version
        resolve_ticket(ticket_id=ticket.pk, decision="repair", at=SHIPPED, by=SYSTEM)
        close_ticket(ticket_id=ticket.pk, at=SHIPPED, by=SYSTEM)
        with pytest.raises(TicketClosed):
            change_ticket(ticket_id=ticket.pk, changes={"cause": "x"}, by=SYSTEM)


class TestClock:
    DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("status", "hours", "said", "tone"),
        [
            ("new", 30, "30 hours left", ""),
            ("working", 5, "5 hours left", "warn"),
            ("new", 100, "4 days left", ""),
            ("working", -3, "Late by 3 hours", "bad"),
            ("waiting", -50, "The clock stands still", ""),
        ],
    )
    def test_what_it_says(self, status, hours, said, tone):
        ticket = Ticket(status=status, sla_due_at=self.DUE)
        clock = clock_of(ticket, self.DUE - timedelta(hours=hours))
        assert (clock.text, clock.tone) == (said, tone)

    def test_answered(self):
        for after, said in ((-1, "Answered in time"), (1, "Answered late")):
            ticket = Ticket(status="closed", sla_due_at=self.DUE, resolved_at=self.DUE + timedelta(hours=after))
            assert clock_of(ticket, self.DUE).text == said


class TestBox:
    def box(self, record, user) -> str:
        request = RequestFactory().get("/")
        request.user = user
        return "".join(panels.of(record, request, keys=("tickets",))["side"])

    def test_open_ones_come_first_on_client_and_order(self):
        order = make_installable_order()
        done, running = make_ticket(order_id=order.pk, subject="Old"), make_ticket(order_id=order.pk, subject="Young")
        resolve_ticket(ticket_id=done.pk, decision="repair", at=SHIPPED, by=SYSTEM)
        for record in (order, order.client):
            page = self.box(record, make_user("director"))
            assert page.index(running.subject) < page.index(done.subject)
            assert "Open a ticket" not in page
            assert "Open a ticket" in self.box(record, make_user("administrator"))

    def test_a_seller_sees_his_own_only(self):
        client, seller = make_client(), make_user("seller")
        own(seller, client_id=client.pk, subject="Mine")
        own(make_user("seller"), client_id=client.pk, subject="Theirs")
        page = self.box(client, seller)
        assert "Mine" in page
        assert "Theirs" not in page


def test_the_sidebar_counts_what_waits_for_us():
    director = make_user("director")
    assert open_tickets(director) is None
    make_ticket()
    waiting, settled = make_ticket(), make_ticket()
    wait_for_client(ticket_id=waiting.pk, at=SHIPPED, by=SYSTEM)
    resolve_ticket(ticket_id=settled.pk, decision="repair", at=SHIPPED, by=SYSTEM)
    assert open_tickets(director) == 1


def test_statements_do_not_grow_with_tickets(client):
    client.force_login(make_user("director"))
    first = make_ticket()
    counts = []
    for more in (9, 990):
        Ticket.objects.bulk_create(
            Ticket(branch=first.branch, client=first.client, number=f"T-{more}-{n}", subject="x", opened_at=SHIPPED,
                   sla_due_at=timezone.now()) for n in range(more)
        )  # fmt: skip
        for page in (reverse("support:ticket_list"), reverse("crm:client_card", args=[first.client_id])):
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.append(len(captured))
    # A list of more than one page is counted besides.
    assert (counts[2], counts[3]) == (counts[0] + 1, counts[1])
    assert counts[0] <= 25
