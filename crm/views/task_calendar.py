"""The tasks of the signed-in person by the day they are due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ui.calendars import CalendarEvent, CalendarScreen
from crm.choices import TaskStatus
from crm.models import Task
from crm.services.tasks import CLOSED, reschedule_task


class TaskCalendar(CalendarScreen):
    action = "crm.view_task"
    move_action = "crm.finish_task"
    title = _("My tasks")
    moment_field = "due_at"

    def rows(self) -> QuerySet[Task]:
        tasks = Task.objects.visible_to(self.actor, self.action).filter(assignee=self.actor)
        return tasks.exclude(status=TaskStatus.CANCELLED)

    def event(self, record: Any) -> CalendarEvent:
        is_open = record.status not in CLOSED
        is_late = is_open and record.due_at < timezone.now()
        return CalendarEvent(
            id=record.pk,
            title=record.title,
            starts=record.due_at,
            version=record.version,
            tone="late" if is_late else "" if is_open else "done",
            movable=is_open,
        )

    def move(self, record: Any, to: datetime, version: int | None) -> Task:
        return reschedule_task(task_id=record.pk, due_at=to, version=version, by=self.actor)
