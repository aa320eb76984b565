"""What support answers below: its visits and complaints on the thread of an order, the visits behind parts used."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils import timezone

from core import policy
from core.actors import Actor
from core.ui.shell import address
from inventory.ports import Source, ids_of
from sales.ports import ThreadStep
from support.choices import TicketStatus, VisitStatus
from support.models import InstallationVisit, Ticket

SETTLED = (TicketStatus.RESOLVED, TicketStatus.CLOSED)


def order_thread(order_ids: Sequence[int]) -> list[ThreadStep]:
    """Visits and complaints of orders as of now, in two statements."""
    return [*_visits(order_ids), *_tickets(order_ids)]


def _visits(order_ids: Sequence[int]) -> list[ThreadStep]:
    now = timezone.now()
    steps = []
    for row in InstallationVisit.objects.filter(order__in=order_ids).order_by("pk"):
        ends_at = row.slot.upper if row.slot else None
        waits = row.status in (VisitStatus.PLANNED, VisitStatus.IN_FIELD)
        steps.append(
            ThreadStep(
                order_id=row.order_id,
                kind="visit",
                number=row.number,
                title=str(row._meta.verbose_name).capitalize(),
                state=row.status,
                state_label=row.get_status_display(),
                owner=row.crew,
                expected_on=row.slot.lower.date() if row.slot and row.slot.lower else None,
                done_at=row.done_at,
                late=waits and ends_at is not None and ends_at < now,
                record=("support.installationvisit", row.pk),
            )
        )
    return steps


def _tickets(order_ids: Sequence[int]) -> list[ThreadStep]:
    now = timezone.now()
    rows = Ticket.objects.filter(order__in=order_ids).select_related("owner").order_by("pk")
    return [
        ThreadStep(
            order_id=row.order_id or 0,
            kind="ticket",
            number=row.number,
            title=row.subject,
            state=row.status,
            state_label=row.get_status_display(),
            owner=str(row.owner or ""),
            expected_on=row.sla_due_at.date() if row.sla_due_at else None,
            done_at=row.resolved_at,
            late=row.status not in (*SETTLED, TicketStatus.WAITING)
            and row.sla_due_at is not None
            and row.sla_due_at < now,
            record=("support.ticket", row.pk),
        )
        for row in rows
    ]


def own_sources(keys: Collection[str], by: Actor) -> dict[str, Source]:
    """The visits on which parts were used, and the crews that used them (one statement)."""
    wanted = ids_of(keys, "support.visit")
    if not wanted:
        return {}
    rows = InstallationVisit.objects.in_bulk(set(wanted.values()))
    may_see = policy.allows(by, "support.view_installationvisit")
    return {
        key: Source(rows[pk].number, address("support:visit_card", pk) if may_see else "", rows[pk].crew)
        for key, pk in wanted.items()
        if pk in rows
    }
