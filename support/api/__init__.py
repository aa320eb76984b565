"""Visits to install orders, and complaints."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from core.api.fields import MOMENT, Computed, Nested
from core.api.filters import Filter, between, plain
from core.api.problems import Refusal
from core.api.resources import Call, Create, Resource, Verb, add
from core.api.types import Input, Line, LongLine, Moment, Money, NoInput, Short, UserId
from crm.api.types import ClientId
from sales.api.types import OrderId
from support.models import InstallationVisit, Ticket, VisitPart
from support.services import tickets, visits


class PlanVisit(Input):
    order_id: OrderId
    crew: Short = ""
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    fee: Money | None = None
    contact: Line = ""


class Fail(Input):
    reason: LongLine


class TicketIn(Input):
    subject: Line = Field(min_length=1)
    client_id: ClientId | None = None
    order_id: OrderId | None = None
    severity: Literal["low", "normal", "high"] = "normal"
    cause: Line = ""
    owner_id: UserId | None = None


class Take(Input):
    owner_id: UserId | None = None


class Note(Input):
    note: LongLine = ""


class Resolve(Input):
    decision: Literal["repair", "replace", "credit", "reject"]
    cause: Line = ""
    cost: Annotated[Money | None, Field(description="What it costs us.")] = None


def _plan(call: Call) -> InstallationVisit:
    data = call.data
    if (data.starts_at is None) != (data.ends_at is None):
        raise Refusal.of_field("ends_at", "name both ends of the time, or none")
    slot = None
    if data.starts_at is not None and data.ends_at is not None:
        if data.ends_at - data.starts_at <= timedelta(0):
            raise Refusal.of_field("ends_at", "the end lies before the start")
        slot = (data.starts_at, data.ends_at)
    return visits.plan_visit(at=call.at, by=call.user, slot=slot, **call.values("starts_at", "ends_at"))


def _start(call: Call) -> InstallationVisit:
    return visits.start_visit(visit_id=call.record.pk, at=call.at, by=call.user)


def _fail(call: Call) -> InstallationVisit:
    return visits.fail_visit(visit_id=call.record.pk, reason=call.data.reason, at=call.at, by=call.user)


def _open(call: Call) -> Ticket:
    if call.data.client_id is None and call.data.order_id is None:
        raise Refusal.of_field("client_id", "name a client or an order")
    return tickets.open_ticket(at=call.at, by=call.user, key=call.key, **call.values())


def _take(call: Call) -> Ticket:
    return tickets.take_ticket(ticket_id=call.record.pk, at=call.at, by=call.user, owner_id=call.data.owner_id)


def _wait(call: Call) -> Ticket:
    return tickets.wait_for_client(ticket_id=call.record.pk, at=call.at, by=call.user, note=call.data.note)


def _resolve(call: Call) -> Ticket:
    return tickets.resolve_ticket(ticket_id=call.record.pk, at=call.at, by=call.user, **call.values())


def _close(call: Call) -> Ticket:
    return tickets.close_ticket(ticket_id=call.record.pk, at=call.at, by=call.user)


add(
    Resource(
        path="visits",
        model=InstallationVisit,
        doc="Visits of crews to install orders.",
        fields=(
            "order_id", "branch_id", "number", "status", "task_id", "warehouse_id", "crew", "address", "contact", "fee",
            "remark", "signed_by", "signed_on_paper", "form_data", "done_at",
        ),
        computed=(
            Computed("starts_at", MOMENT | None, lambda row: row.slot.lower if row.slot else None, "Planned start."),
            Computed("ends_at", MOMENT | None, lambda row: row.slot.upper if row.slot else None, "Planned end."),
        ),
        guarded={"fee": "sales.view_costs"},
        nested=(Nested("parts", VisitPart, ("id", "item_id", "qty", "move_id"), order=("pk",)),),
        filters=(
            *plain("order_id", "branch_id", "number", "status", "crew"), Filter("client_id", "order__client_id"),
            *between("done_at"),
        ),
        sorts=("number", "done_at", "updated_at"),
        create=Create(PlanVisit, _plan, "Plans the visit of an order, or plans its open visit anew."),
        verbs=(
            Verb("start", _start, NoInput, "The crew is on its way."),
            Verb("fail", _fail, Fail, "The visit came to nothing, with its reason."),
        ),
    ),
    Resource(
        path="tickets",
        model=Ticket,
        doc="Complaints of clients.",
        fields=(
            "number", "branch_id", "client_id", "order_id", "order_line_id", "status", "severity", "subject", "cause",
            "decision", "owner_id", "opened_at", "sla_due_at", "waiting_since", "resolved_at", "cost",
        ),
        guarded={"cost": "sales.view_costs"},
        filters=(
            *plain("number", "client_id", "order_id", "status", "severity", "owner_id", "branch_id"),
            *between("opened_at"),
        ),
        sorts=("number", "opened_at", "sla_due_at", "updated_at"),
        create=Create(TicketIn, _open, "Takes a complaint."),
        verbs=(
            Verb("take", _take, Take, "Somebody begins to work on it."),
            Verb("wait", _wait, Note, "It waits for the client; the clock stands still."),
            Verb("resolve", _resolve, Resolve, "Decides what is done about it."),
            Verb("close", _close, NoInput, "Closes a resolved one."),
        ),
    ),
)  # fmt: skip
