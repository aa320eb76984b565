"""What crm does when something happened in its own house."""

from __future__ import annotations

from django.utils import timezone

from core.events import handles
from crm.events import LeadAssigned, LeadReceived, TaskAssigned
from crm.models import Lead
from crm.services import telling


@handles(LeadReceived)
def tell_owner_of_new_lead(event: LeadReceived) -> None:
    """Whoever got a new lead hears of it, unless he entered it himself."""
    lead = Lead.objects.get(pk=event.lead_id)
    telling.tell_of_lead(
        lead_id=lead.pk, owner_id=lead.owner_id, by_id=lead.created_by_id, at=timezone.now()
    )  # fmt: skip


@handles(LeadAssigned)
def tell_new_owner_of_lead(event: LeadAssigned) -> None:
    telling.tell_of_lead(lead_id=event.lead_id, owner_id=event.owner_id, by_id=event.by_id, at=timezone.now())


@handles(TaskAssigned)
def tell_assignee_of_task(event: TaskAssigned) -> None:
    telling.tell_of_task(task_id=event.task_id, assignee_id=event.assignee_id, by_id=event.by_id)
