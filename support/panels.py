"""What support shows on the cards of clients, orders and deals, and what happened to its own records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from core import policy
from core.models import Attachment, StatusChange
from core.remembered import remembered
from core.services.records import type_of
from core.ui import cells, panels, timeline
from core.ui.panels import Panel
from core.ui.timeline import Entry
from crm.models import Client
from sales import ports
from sales.models import Deal, SalesOrder
from support.choices import TicketDecision, TicketStatus, VisitStatus
from support.models import InstallationVisit, Ticket
from support.registers import TICKET_TONES, VISIT_TONES, when
from support.selectors.clocks import clock_of
from support.selectors.visits import INSTALLABLE, came_back
from support.services.crew_links import live_links

SHOWN = 5
OVER = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


def _open_first(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    closed = Case(When(status__in=OVER, then=Value(1)), default=Value(0))
    return rows.select_related("owner").annotate(is_over=closed).order_by("is_over", "sla_due_at", "-pk")[:SHOWN]


@remembered
def _tickets_of_client(client: Any, user: Any) -> QuerySet[Any]:
    return _open_first(Ticket.objects.visible_to(user).filter(client=client))


@remembered
def _tickets_of_order(order: Any, user: Any) -> QuerySet[Any]:
    return _open_first(Ticket.objects.visible_to(user).filter(order=order))


def _with_clocks(found: list[Ticket]) -> list[dict[str, Any]]:
    now = timezone.now()
    return [{"ticket": row, "tone": TICKET_TONES.get(row.status, ""), "clock": clock_of(row, now)} for row in found]


def tickets_of_client(client: Client, user: Any) -> dict[str, Any] | None:
    rows = _with_clocks(_tickets_of_client(client.pk, user))
    may_open = policy.allows(user, "support.open_ticket", client)
    return {"rows": rows, "new": f"?client={client.pk}" if may_open else ""} if rows or may_open else None


def tickets_of_order(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    rows = _with_clocks(_tickets_of_order(order.pk, user))
    may_open = policy.allows(user, "support.open_ticket", order)
    new = f"?order={order.pk}&client={order.client_id}" if may_open else ""
    return {"rows": rows, "new": new} if rows or may_open else None


def _visits(rows: QuerySet[InstallationVisit]) -> list[dict[str, Any]]:
    """Visits with the number of their photos, in one statement."""
    files = Attachment.objects.filter(
        record_type=type_of(InstallationVisit), record_id=OuterRef("pk"), kind="photo"
    ).order_by().values("record_id").annotate(found=Count("pk"))  # fmt: skip
    photos = Coalesce(Subquery(files.values("found")), 0)
    return [
        {"visit": row, "tone": VISIT_TONES.get(row.status, ""), "when": when(row), "photos": row.photos}
        for row in rows.annotate(photos=photos).order_by("-pk")[:SHOWN]
    ]


def visits_of_order(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    rows = _visits(InstallationVisit.objects.visible_to(user).filter(order=order))
    is_open = any(row["visit"].status != VisitStatus.FAILED for row in rows)
    may_plan = not is_open and policy.allows(user, "support.plan_visit", order)
    may_plan = may_plan and SalesOrder.objects.filter(INSTALLABLE, pk=order.pk).exists()
    return {"rows": rows, "new": f"?order={order.pk}" if may_plan else ""} if rows or may_plan else None


def visits_of_deal(deal: Deal, user: Any) -> dict[str, Any] | None:
    rows = _visits(InstallationVisit.objects.visible_to(user).filter(order__deal=deal))
    return {"rows": rows, "new": ""} if rows else None


def brought_back(visit: InstallationVisit, user: Any) -> dict[str, Any] | None:
    if visit.status not in (VisitStatus.DONE, VisitStatus.FAILED):
        return None
    said = visit.form_data or {}
    return {
        "came": came_back(visit),
        "visit": visit,
        "said": said,
        "may_see_costs": policy.allows(user, "sales.view_costs"),
    }


def links(visit: InstallationVisit, user: Any) -> dict[str, Any] | None:
    is_open = visit.status in (VisitStatus.PLANNED, VisitStatus.IN_FIELD)
    if not is_open or not policy.allows(user, "support.plan_visit", visit):
        return None
    return {"links": live_links(visit, timezone.now()), "visit": visit}


def said_and_decided(ticket: Ticket, user: Any) -> dict[str, Any] | None:
    """What the client says and what was decided; a credit note is finance's work, on finance's page."""
    is_credit = ticket.decision == TicketDecision.CREDIT
    where = ports.credit_note_page(ticket.order_id, user) if is_credit and ticket.order_id else ""
    is_empty = not ticket.description and not ticket.decision
    return None if is_empty else {"ticket": ticket, "is_credit": is_credit, "credit_url": where}


def status_changes(record: Any, _user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    rows = StatusChange.objects.filter(record_type=type_of(record), record_id=record.pk).select_related("by")
    if before:
        rows = rows.filter(occurred_at__lt=before)
    words = dict(type(record)._meta.get_field("status").flatchoices)
    for row in rows.order_by("-occurred_at")[:limit]:
        body = cells.paragraphs(row.note) if row.note else ""
        yield Entry(row.occurred_at, "arrow-right", words.get(row.to_status, row.to_status), str(row.by or ""), body)


TICKETS, VISITS = "support/_tickets.html", "support/_visits.html"
panels.add(
    Client, Panel("tickets", TICKETS, tickets_of_client, "side", 20, needs="support.view_ticket", switch="support")
)
panels.add(
    SalesOrder, Panel("tickets", TICKETS, tickets_of_order, "side", 40, needs="support.view_ticket", switch="support")
)
VIEW = "support.view_installationvisit"
panels.add(SalesOrder, Panel("visits", VISITS, visits_of_order, "side", 30, needs=VIEW, switch="support"))
panels.add(Deal, Panel("visits", VISITS, visits_of_deal, "side", 30, needs=VIEW, switch="support"))
panels.add(InstallationVisit, Panel("brought", "support/_brought_back.html", brought_back, order=10))
panels.add(InstallationVisit, Panel("links", "support/_links.html", links, "side", 10))
panels.add(Ticket, Panel("said", "support/_ticket_said.html", said_and_decided, order=10))
for model in (InstallationVisit, Ticket):
    timeline.add(model, status_changes)
