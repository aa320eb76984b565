"""Complaints: taken, worked on, decided, closed. The clock of the answer stops only while the client is asked."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import calendars, events, policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.models import Branch
from core.money import cents
from core.services.numbers import take_number
from core.services.records import note_status
from core.transactions import command
from crm.models import Client
from sales.models import OrderLine, SalesOrder
from support.choices import Severity, TicketDecision, TicketStatus
from support.errors import ClientMissing, DecisionMissing, LineOfAnotherOrder, OrderOfAnotherClient, TicketClosed
from support.events import TicketOpened, TicketResolved
from support.models import Ticket

logger = logging.getLogger(__name__)

# Working days until an answer is due: by the end of the day after so many.
ANSWER_WITHIN = {Severity.HIGH: 1, Severity.NORMAL: 2, Severity.LOW: 5}
WORKED_ON = (TicketStatus.NEW, TicketStatus.WORKING, TicketStatus.WAITING)
SETTLED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


@command
def open_ticket(
    *,
    subject: str,
    at: datetime,
    by: Actor,
    client_id: int | None = None,
    order_id: int | None = None,
    order_line_id: int | None = None,
    branch_id: int | None = None,
    severity: str = Severity.NORMAL,
    cause: str = "",
    description: str = "",
    owner_id: int | None = None,
    sla_due_at: datetime | None = None,
    key: str | None = None,
) -> Ticket:
    """Take a complaint of a client, perhaps about an order and one of its lines.

    The answer is due by severity, in working days of the branch: 1, 2 or 5, at the end of work. The owner is the
    order's or the client's, the branch the order's, the client's or the named one. The same `key` returns the
    first ticket. Raises ClientMissing, LineOfAnotherOrder.
    """
    order = SalesOrder.objects.select_related("client", "branch").get(pk=order_id) if order_id else None
    client = order.client if order else Client.objects.filter(pk=client_id or 0).first()
    if client is None:
        raise ClientMissing
    if order_line_id is not None and not OrderLine.objects.filter(pk=order_line_id, order=order_id).exists():
        raise LineOfAnotherOrder(number=order.number if order else "")
    policy.require(by, "support.open_ticket", order or client)
    known = Ticket.objects.filter(external_key=f"ticket:{key}").first() if key else None
    if known is not None:
        return known
    branch = _branch(order, client, branch_id)
    ticket = Ticket(
        branch=branch,
        client=client,
        order=order,
        order_line_id=order_line_id,
        severity=Severity(severity),
        subject=subject,
        cause=cause,
        description=description,
        owner_id=owner_id or (order.owner_id if order else None) or client.owner_id or by.pk,
        opened_at=at,
        sla_due_at=sla_due_at or _due(branch, Severity(severity), at),
        created_by=user_or_none(by),
        external_key=f"ticket:{key}" if key else None,
        number=take_number("ticket", organization=branch.organization, on=at.date()),
    )
    ticket.save()
    events.publish(TicketOpened(ticket_id=ticket.pk))
    logger.info("ticket opened", extra={"ticket_id": ticket.pk})
    return ticket


TICKET_FIELDS = frozenset({"subject", "description", "cause", "severity", "owner_id", "order_id"})


@command
def change_ticket(*, ticket_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> Ticket:
    """Correct what is known of a complaint (TICKET_FIELDS); the same values again change nothing. Locks the ticket.

    Another severity sets the answer's day anew, counted from when it was opened; time that it waited for the client
    stays counted. Raises StaleVersion, TicketClosed for a closed one, OrderOfAnotherClient, and InvalidValue for an
    unknown field.
    """
    ticket = Ticket.objects.locked().prefetch_related("branch").get(pk=ticket_id)
    policy.require(by, "support.work_ticket", ticket)
    ticket.expect_version(version)
    for field in sorted(set(changes) - TICKET_FIELDS):
        raise InvalidValue(field=field, problem=_("unknown"))
    different = {name: value for name, value in changes.items() if value != getattr(ticket, name)}
    if not different:
        return ticket
    if ticket.status == TicketStatus.CLOSED:
        raise TicketClosed(number=ticket.number, status=ticket.get_status_display())
    _check_order(ticket, different.get("order_id"))
    if "severity" in different and ticket.sla_due_at is not None and ticket.resolved_at is None:
        waited = ticket.sla_due_at - _due(ticket.branch, Severity(ticket.severity), ticket.opened_at)
        different["sla_due_at"] = _due(ticket.branch, Severity(different["severity"]), ticket.opened_at) + waited
    for name, value in different.items():
        setattr(ticket, name, value)
    ticket.updated_by = user_or_none(by)
    ticket.save(update_fields=[*different, "updated_by"])
    return ticket


def _check_order(ticket: Ticket, order_id: int | None) -> None:
    if order_id is not None and not SalesOrder.objects.filter(pk=order_id, client=ticket.client_id).exists():
        raise OrderOfAnotherClient


@command
def take_ticket(*, ticket_id: int, at: datetime, by: Actor, owner_id: int | None = None) -> Ticket:
    """Begin or go on working on a ticket; after waiting, the answer's day moves on by the time waited.

    Taking a ticket that is being worked on changes at most its owner. Raises TicketClosed once it is resolved.
    """
    ticket = _worked_on(ticket_id, "support.work_ticket", by)
    if owner_id is not None and ticket.owner_id != owner_id:
        ticket.owner_id = owner_id
        ticket.save(update_fields=["owner"])
    return _move(ticket, TicketStatus.WORKING, at=at, by=by)


@command
def wait_for_client(*, ticket_id: int, at: datetime, by: Actor, note: str = "") -> Ticket:
    """Ask the client something: the clock of the answer stands still until `take_ticket`. Raises TicketClosed."""
    return _move(_worked_on(ticket_id, "support.work_ticket", by), TicketStatus.WAITING, at=at, by=by, note=note)


@command
def resolve_ticket(
    *, ticket_id: int, decision: str, at: datetime, by: Actor, cause: str = "", cost: Decimal | None = None
) -> Ticket:
    """Decide what is done about a complaint; `cost` is what that costs us, in the base currency.

    A resolved ticket is returned untouched. Raises DecisionMissing.
    """
    ticket = Ticket.objects.locked().get(pk=ticket_id)
    policy.require(by, "support.resolve_ticket", ticket)
    if ticket.status in SETTLED:
        return ticket
    if not decision:
        raise DecisionMissing(number=ticket.number)
    ticket.decision, ticket.resolved_at = TicketDecision(decision), at
    ticket.cause = cause or ticket.cause
    ticket.cost = ticket.cost if cost is None else cents(cost)
    _move(ticket, TicketStatus.RESOLVED, at=at, by=by, also=["decision", "resolved_at", "cause", "cost"])
    events.publish(TicketResolved(ticket_id=ticket.pk))
    logger.info("ticket resolved", extra={"ticket_id": ticket.pk})
    return ticket


@command
def close_ticket(*, ticket_id: int, at: datetime, by: Actor) -> Ticket:
    """The client has what was decided. Closing twice changes nothing. Raises DecisionMissing before that."""
    ticket = Ticket.objects.locked().get(pk=ticket_id)
    policy.require(by, "support.work_ticket", ticket)
    if ticket.status not in SETTLED:
        raise DecisionMissing(number=ticket.number)
    return _move(ticket, TicketStatus.CLOSED, at=at, by=by)


def _worked_on(ticket_id: int, action: str, by: Actor) -> Ticket:
    ticket = Ticket.objects.locked().get(pk=ticket_id)
    policy.require(by, action, ticket)
    if ticket.status not in WORKED_ON:
        raise TicketClosed(number=ticket.number, status=ticket.get_status_display())
    return ticket


def _move(
    ticket: Ticket, status: TicketStatus, *, at: datetime, by: Actor, note: str = "", also: list[str] | None = None
) -> Ticket:
    if ticket.status == status:
        return ticket
    if ticket.waiting_since is not None:
        waited = max(at - ticket.waiting_since, timedelta(0))
        ticket.sla_due_at = ticket.sla_due_at + waited if ticket.sla_due_at else None
    ticket.waiting_since = at if status == TicketStatus.WAITING else None
    note_status(ticket, old=ticket.status, new=status, at=at, by=by, note=note)
    ticket.status, ticket.updated_by = status, user_or_none(by)
    ticket.save(update_fields=["status", "waiting_since", "sla_due_at", "updated_by", *(also or [])])
    return ticket


def _branch(order: SalesOrder | None, client: Client, branch_id: int | None) -> Branch:
    found = order.branch_id if order else branch_id or client.branch_id
    branches = Branch.objects.select_related("organization")
    return branches.get(pk=found) if found else branches.order_by("pk")[0]


def _due(branch: Branch, severity: Severity, at: datetime) -> datetime:
    calendar = calendars.load(branch.calendar_id)
    day = calendar.add_working_days(calendar.day_of(at), ANSWER_WITHIN[severity])
    return calendar.windows(day)[-1][1]
