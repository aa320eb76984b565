"""The next step with a record: the open task that is due first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from core import policy
from core.models import RecordLink
from core.remembered import remembered, remembered_for_all
from core.services.records import linked_ids, type_of
from crm.choices import TaskKind, TaskStatus
from crm.models import Task

SHOWN = 5
OPEN = (TaskStatus.TODO, TaskStatus.READY, TaskStatus.DOING)


@dataclass(frozen=True)
class NextStep:
    """What to do now, and what comes after. Empty when nothing is planned: the page then says so."""

    title: str = ""
    due_at: datetime | None = None
    done_url: str = ""
    move_url: str = ""
    later: tuple[NextStep, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.title)

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now()

    @property
    def due(self) -> str:
        from core.ui.daywords import moment

        return moment(self.due_at) if self.due_at else ""


@remembered
def _open_tasks(keys: Any, user: Any) -> QuerySet[Any]:
    return Task.objects.visible_to(user).filter(pk__in=keys.each, status__in=OPEN).order_by("due_at", "pk")[:SHOWN]


def next_step_of(record: Any, user: Any) -> NextStep:
    """The open task of a record that is due first, and a few more, as far as the user may see (two statements).

    Duties of a stage have a list of their own: they come as the first step only.
    """
    keys = linked_ids(Task, [record])
    tasks = _open_tasks(keys, user) if keys else []
    if not tasks:
        return NextStep()
    later = tuple(_step(task, user) for task in tasks[1:] if task.kind != TaskKind.DUTY)
    return replace(_step(tasks[0], user), later=later)


def _step(task: Task, user: Any) -> NextStep:
    may_work = policy.allows(user, "crm.finish_task", task)
    return NextStep(
        task.title,
        task.due_at,
        reverse("crm:task_done", args=[task.pk]) if may_work and not task.needs_result else "",
        reverse("crm:task_move", args=[task.pk]) if may_work else "",
    )


@remembered_for_all
def _tasks_about(task_type: Any, record_type: Any, keys: Any) -> QuerySet[Any]:
    links = RecordLink.objects.filter(source_type=task_type, target_type=record_type, target_id__in=keys.each)
    about = links.filter(source_id=OuterRef("pk")).order_by("target_id").values("target_id")[:1]
    tasks = Task.objects.filter(status__in=OPEN, pk__in=links.values("source_id")).annotate(about=Subquery(about))
    return tasks.order_by(F("due_at").asc(nulls_last=True), "pk")


def steps_of(model: type[Model], ids: Iterable[int]) -> dict[int, Task]:
    """For each record the open task that is due first, with `about` its key; none where nothing is planned.

    One statement. Whose task it is does not matter: see `may_read` before its title is shown.
    """
    first: dict[int, Task] = {}
    keys = list(ids)
    for task in _tasks_about(type_of(Task).pk, type_of(model).pk, keys) if keys else ():
        first.setdefault(task.about, task)
    return first


@remembered_for_all
def _named(keys: Any) -> QuerySet[Any]:
    return Task.objects.filter(pk__any=keys)


def chosen_steps(known: Mapping[int, int | None], ids: Iterable[int]) -> dict[int, Task]:
    """The next steps of records as `steps_of` gives them, where their keys are known already (one statement)."""
    wanted = {pk: step for pk in ids if (step := known[pk]) is not None}
    tasks = {task.pk: task for task in _named(set(wanted.values()))} if wanted else {}
    return {pk: tasks[step] for pk, step in wanted.items() if step in tasks}


def may_read(user: Any, task: Task) -> bool:
    """May the user see what the task says? Without a statement."""
    return policy.allows(user, "crm.view_task", task)


def has_step(model: type[Model], **due: Any) -> Exists:
    """Condition on rows of `model`: an open task is linked to them; `due` narrows the task."""
    task = Task.objects.filter(pk=OuterRef("source_id"), status__in=OPEN, **due)
    links = RecordLink.objects.filter(source_type=type_of(Task), target_type=type_of(model), target_id=OuterRef("pk"))
    return Exists(links.filter(Exists(task)))
