"""Telling people of leads and tasks that concern them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.models import User
from core.notices.services import Wish, notify, notify_each
from crm.choices import LeadStatus
from crm.models import Lead, Task
from crm.selectors.due import CLOSED, due_text, tasks_to_tell_of

BATCH = 200
OLD = timedelta(days=7)  # imported history is no news


def tell_of_lead(*, lead_id: int, owner_id: int | None, by_id: int | None, at: datetime) -> None:
    """Tell the owner of a lead that it is his, once per lead and owner; not of leads that are over or long past."""
    lead = Lead.objects.get(pk=lead_id)
    is_news = lead.status in {LeadStatus.NEW, LeadStatus.WORKING} and lead.received_at > at - OLD
    if not is_news or owner_id is None or owner_id == by_id or lead.owner_id != owner_id:
        return
    notify(
        users=User.objects.filter(pk=owner_id),
        kind="crm.lead_assigned",
        text=format_lazy("{label}: {lead}", label=_("A lead for you"), lead=str(lead)),
        key=f"lead:{lead.pk}:owner:{owner_id}",
        record=lead,
    )


def tell_of_task(*, task_id: int, assignee_id: int, by_id: int | None) -> None:
    """Tell the assignee of a task that it is his, once per task and assignee; not of one that is over."""
    task = Task.objects.get(pk=task_id)
    if task.status in CLOSED or assignee_id == by_id or task.assignee_id != assignee_id:
        return
    notify(
        users=User.objects.filter(pk=assignee_id),
        kind="crm.task_assigned",
        text=format_lazy("{label}: {task}", label=_("A task for you"), task=task.title),
        key=f"task:{task.pk}:assignee:{assignee_id}",
        record=task,
    )


def tell_of_due_tasks(*, at: datetime, limit: int = 2000) -> int:
    """Tell assignees of tasks that are due, each once per due moment; returns how many.

    A rival that tells at the same moment makes the same keys, and one of the two is left out.
    """
    told = 0
    for batch in _batches(at, limit):
        notify_each(wishes=[_wish(task) for task in batch])
        told += len(batch)
    return told


def _batches(at: datetime, limit: int) -> Iterator[list[Task]]:
    tasks = list(tasks_to_tell_of(at=at)[:limit])
    for first in range(0, len(tasks), BATCH):
        yield tasks[first : first + BATCH]


def _wish(task: Task) -> Wish:
    assert task.assignee is not None and task.due_at is not None  # noqa: S101 - the query found both
    key = f"task:{task.pk}:due:{task.due_at.isoformat()}"
    return Wish(user=task.assignee, kind="crm.task_due", text=due_text(task), key=key, record=task)
