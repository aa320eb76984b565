from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Event, StatusChange
from support.choices import Severity, TicketStatus
from support.errors import ClientMissing, DecisionMissing, LineOfAnotherOrder, TicketClosed
from support.models import Ticket
from support.services.tickets import close_ticket, open_ticket, resolve_ticket, take_ticket, wait_for_client
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_client
from tests.factories.sales import make_order
from tests.factories.support import make_ticket

pytestmark = pytest.mark.django_db

# A Wednesday; the branch works Monday to Friday 08:00 to 16:00 UTC.
AT = datetime(2026, 4, 8, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_step_23_a_complaint_about_a_line_is_decided():
    seller = make_user("seller")
    order = make_order(owner=seller)
    line = order.lines.get()
    ticket = open_ticket(order_id=order.pk, order_line_id=line.pk, subject="Scratch", at=AT, by=seller)
    assert (ticket.client, ticket.branch, ticket.owner) == (order.client, order.branch, seller)
    decided = {"ticket_id": ticket.pk, "decision": "credit", "cause": "Packing", "cost": Decimal("60.00"), "at": AT}
    first = resolve_ticket(**decided, by=make_user("head_of_sales"))
    again = resolve_ticket(**{**decided, "decision": "reject"}, by=SYSTEM)
    assert first == again
    assert (again.status, again.decision, again.cause, again.cost) == (
        "resolved",
        "credit",
        "Packing",
        Decimal("60.00"),
    )
    assert Event.objects.filter(name="support.TicketResolved").count() == 1
    close_ticket(ticket_id=ticket.pk, at=AT, by=seller)
    close_ticket(ticket_id=ticket.pk, at=AT, by=seller)
    path = StatusChange.objects.filter(record_id=ticket.pk, record_type__model="ticket").order_by("pk")
    assert list(path.values_list("to_status", flat=True)) == ["resolved", "closed"]


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        (Severity.HIGH, datetime(2026, 4, 9, 16, tzinfo=UTC)),
        (Severity.NORMAL, datetime(2026, 4, 10, 16, tzinfo=UTC)),
        (Severity.LOW, datetime(2026, 4, 15, 16, tzinfo=UTC)),
    ],
)
def test_the_answer_is_due_by_severity_in_working_days(severity, due):
    branch = make_branch()
    assert make_ticket(severity=severity, at=AT, branch_id=branch.pk).sla_due_at == due


def test_the_clock_stops_only_while_the_client_is_asked():
    make_branch()
    ticket = make_ticket(at=AT)
    due = ticket.sla_due_at
    steps = {"ticket_id": ticket.pk, "by": SYSTEM}
    take_ticket(**steps, at=AT + HOUR)
    wait_for_client(**steps, at=AT + 2 * HOUR)
    wait_for_client(**steps, at=AT + 3 * HOUR)
    assert Ticket.objects.get().sla_due_at == due
    take_ticket(**steps, at=AT + 7 * HOUR)
    assert Ticket.objects.get().sla_due_at == due + 5 * HOUR
    wait_for_client(**steps, at=AT + 8 * HOUR)
    resolve_ticket(**steps, decision="repair", at=AT + 9 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.sla_due_at, ticket.waiting_since, ticket.status) == (due + 6 * HOUR, None, TicketStatus.RESOLVED)


def test_the_same_key_returns_the_first_ticket_and_taking_it_may_change_its_owner():
    make_branch()
    client, worker = make_client(), make_user("production_lead")
    ticket = make_ticket(client_id=client.pk, key="mail-1")
    assert make_ticket(client_id=client.pk, key="mail-1") == ticket
    assert take_ticket(ticket_id=ticket.pk, at=AT, by=worker, owner_id=worker.pk).owner == worker


def test_refusals():
    make_branch()
    order, other = make_order(), make_order()
    for error, fields in (
        (ClientMissing, {}),
        (LineOfAnotherOrder, {"order_id": order.pk, "order_line_id": other.lines.get().pk}),
        (NotAllowed, {"order_id": order.pk, "by": make_user("storekeeper")}),
    ):
        with pytest.raises(error):
            open_ticket(**{"subject": "x", "at": AT, "by": SYSTEM, **fields})
    assert not Ticket.objects.exists()
    ticket = make_ticket()
    with pytest.raises(DecisionMissing):
        close_ticket(ticket_id=ticket.pk, at=AT, by=SYSTEM)
    with pytest.raises(DecisionMissing):
        resolve_ticket(ticket_id=ticket.pk, decision="", at=AT, by=SYSTEM)
    with pytest.raises(NotAllowed):
        resolve_ticket(ticket_id=ticket.pk, decision="credit", at=AT, by=make_user("seller"))
    resolve_ticket(ticket_id=ticket.pk, decision="reject", at=AT, by=SYSTEM)
    for late in (take_ticket, wait_for_client):
        with pytest.raises(TicketClosed):
            late(ticket_id=ticket.pk, at=AT, by=SYSTEM)


def test_the_database_wants_decisions_and_clocks():
    make_branch()
    ticket = make_ticket()
    rows = Ticket.objects.filter(pk=ticket.pk)
    for wrong in (
        {"status": "resolved", "resolved_at": AT},
        {"status": "resolved", "decision": "credit"},
        {"status": "waiting"},
        {"waiting_since": AT},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
