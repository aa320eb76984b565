"""Tasks by the day and the moment on which they are due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, IntegerField, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from core.models import Notice, User
from core.notices import places
from core.notices.choices import Lead
from core.notices.ports import Line, Part
from core.services.records import type_of
from core.ui.daywords import near_form
from crm.choices import TaskStatus
from crm.models import Task

LINES = 30
CLOSED = (TaskStatus.DONE, TaskStatus.CANCELLED)
LATEST = timedelta(days=1)  # a task that came due longer ago stands in the daily mail; nobody is told any more


def open_tasks_of(user: User) -> QuerySet[Task]:
    """What a user has to do, as far as he may see it."""
    return Task.objects.visible_to(user).filter(assignee=user).exclude(status__in=CLOSED)


def digest_parts(user: User, on: date) -> list[Part]:
    """Overdue tasks, and those due on a day of the user's calendar (two statements, and one for each long part)."""
    zone = places.zone_of(user)
    morning = datetime.combine(on, time(), tzinfo=zone)
    evening = datetime.combine(on + timedelta(days=1), time(), tzinfo=zone)
    tasks = open_tasks_of(user).order_by("due_at", "pk")
    return [
        _part(_("Overdue"), tasks.filter(due_at__lt=morning), user, near_form()),
        _part(_("Due today"), tasks.filter(due_at__gte=morning, due_at__lt=evening), user, "H:i"),
    ]


def _part(title: str, tasks: QuerySet[Task], user: User, form: str) -> Part:
    shown = list(tasks[: LINES + 1])
    more = tasks.count() - LINES if len(shown) > LINES else 0
    lines = [
        Line(task.title, places.url_of(task), date_format(places.local(user, task.due_at), form))
        for task in shown[:LINES]
        if task.due_at is not None
    ]
    return Part(title, lines, more)


def tasks_to_tell_of(*, at: datetime) -> QuerySet[Task]:
    """Open tasks whose assignee is to hear now that they are due, by his own choice how long before.

    Left out are those he was told of since that moment, so a task put off is told of again, at its new time.
    """
    minutes = Coalesce("assignee__notice_settings__task_lead_minutes", Lead.AT_DUE.value, output_field=IntegerField())
    tell_at = ExpressionWrapper(F("due_at") - minutes * Value(timedelta(minutes=1)), output_field=DateTimeField())
    told = Notice.objects.filter(
        record_type=type_of(Task),
        record_id=OuterRef("pk"),
        kind="crm.task_due",
        user=OuterRef("assignee"),
        created_at__gte=OuterRef("tell_at"),
    )
    near = Task.objects.filter(due_at__gt=at - LATEST, due_at__lte=at + timedelta(minutes=max(Lead.values)))
    mine = near.filter(assignee__is_active=True).exclude(status__in=CLOSED)
    due = mine.annotate(tell_at=tell_at).filter(~Exists(told), tell_at__lte=at)
    return due.select_related("assignee").order_by("due_at", "pk")


def due_text(task: Task) -> str:
    """“Due on Mon 23 Nov, 14:00: Call back” by the assignee's clock; lazy, for his own language."""

    def text() -> str:
        assert task.due_at is not None  # noqa: S101 - the query asked for it
        when = date_format(places.local(task.assignee, task.due_at), f"{near_form()}, H:i")
        return _("Due on {when}: {task}").format(when=when, task=task.title)

    return lazy(text, str)()
