"""The next step with a record: the open task that is due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core import policy
from core.services.records import linked_ids
from crm.choices import TaskStatus
from crm.models import Task

OPEN = (TaskStatus.TODO, TaskStatus.READY, TaskStatus.DOING)


@dataclass(frozen=True)
class NextStep:
    """What to do now. Empty when nothing is planned: the page then says so."""

    title: str = ""
    due_at: datetime | None = None
    done_url: str = ""

    def __bool__(self) -> bool:
        return bool(self.title)

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def due(self) -> str:
        from core.ui.cells import moment

        return moment(self.due_at) if self.due_at else ""


def next_step_of(record: Any, user: Any) -> NextStep:
    """The open task of a record that is due first, as far as the user may see tasks (two statements)."""
    tasks = Task.objects.visible_to(user).filter(pk__in=linked_ids(Task, [record]), status__in=OPEN)
    task = tasks.order_by("due_at", "pk").first()
    if task is None:
        return NextStep()
    may_finish = not task.needs_result and policy.allows(user, "crm.finish_task", task)
    return NextStep(task.title, task.due_at, reverse("crm:task_done", args=[task.pk]) if may_finish else "")
