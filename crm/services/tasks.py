"""Tasks and what they wait for.

A task is `todo` while it waits and `ready` when work can begin. The last predecessor that is done readies a
waiting task; one without predecessors waits until `ready_task` is called; a `blocked` one is held by a person.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, Model, OuterRef

from core import events, policy
from core.actors import Actor, user_or_none
from core.services import records
from core.transactions import command
from crm.choices import TaskKind, TaskStatus
from crm.errors import ResultMissing, TaskCircle, TaskClosed, TaskWaits
from crm.events import TaskAssigned, TaskDone
from crm.models import Task, TaskDependency

logger = logging.getLogger(__name__)

CLOSED = (TaskStatus.DONE, TaskStatus.CANCELLED)
DEPENDENCY_LOCK = 0x7461736B  # "task": dependencies are added one writer at a time, so no two close a circle


@command
def create_task(
    *,
    title: str,
    by: Actor,
    kind: str = TaskKind.GENERAL,
    key: str | None = None,
    assignee_id: int | None = None,
    team_id: int | None = None,
    branch_id: int | None = None,
    due_at: datetime | None = None,
    status: str = TaskStatus.READY,
    needs: Sequence[int] = (),
    links: Sequence[Model] = (),
    needs_result: bool = False,
    checklist: Sequence[Any] = (),
) -> Task:
    """Ask for work. The same `key` returns the first task.

    `needs` are tasks to be done before; while one of them is open the new task waits. `links` are the records it
    is about.
    """
    policy.require(by, "crm.create_task")
    if key is not None:
        first = Task.objects.filter(key=key).first()
        if first is not None:
            return first
    if status == TaskStatus.READY and Task.objects.filter(pk__in=needs).exclude(status=TaskStatus.DONE).exists():
        status = TaskStatus.TODO
    task = Task(
        title=title, kind=kind, key=key, status=status, assignee_id=assignee_id, team_id=team_id,
        branch_id=branch_id, due_at=due_at, needs_result=needs_result, checklist=list(checklist),
        created_by=user_or_none(by),
    )  # fmt: skip
    try:
        with transaction.atomic():
            task.save()
    except IntegrityError:
        # A twin with the same key was stored between our look and our insert.
        return Task.objects.get(key=key)
    if needs:
        TaskDependency.objects.bulk_create([TaskDependency(task=task, needs_id=pk) for pk in sorted(set(needs))])
    if links:
        records.link(task, *links)
    if assignee_id is not None and assignee_id != by.pk:
        events.publish(TaskAssigned(task_id=task.pk, assignee_id=assignee_id, by_id=by.pk))
    return task


@command
def add_dependency(*, task_id: int, needs_id: int, by: Actor) -> TaskDependency:
    """Let a task wait for another; a ready task waits again while that one is open. Saying it twice is once.

    Raises TaskCircle, TaskClosed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DEPENDENCY_LOCK])
    found = {task.pk: task for task in Task.objects.locked().filter(pk__in=[task_id, needs_id])}
    task, needs = found[task_id], found[needs_id]
    policy.require(by, "crm.create_task", task)
    if task.status in CLOSED:
        raise TaskClosed(task=task, status=task.get_status_display())
    if task_id == needs_id or task_id in _all_needs(needs_id):
        raise TaskCircle(task=task, needs=needs)
    dependency, _created = TaskDependency.objects.get_or_create(task=task, needs=needs)
    if task.status == TaskStatus.READY and needs.status != TaskStatus.DONE:
        _move(task, TaskStatus.TODO, by=by)
    return dependency


def _all_needs(task_id: int) -> set[int]:
    """Everything a task waits for, directly or not (one statement per level)."""
    found: set[int] = set()
    level = {task_id}
    while level:
        level = set(TaskDependency.objects.filter(task__in=level).values_list("needs_id", flat=True)) - found
        found |= level
    return found


@command
def finish_task(*, task_id: int, at: datetime, by: Actor, result: str = "") -> Task:
    """Mark work as done and ready what waited for it alone. A done task stays as it is.

    Locks the task, then those that wait for it. Raises TaskWaits, TaskClosed (cancelled) and ResultMissing.
    """
    task = Task.objects.locked().get(pk=task_id)
    policy.require(by, "crm.finish_task", task)
    if task.status == TaskStatus.DONE:
        return task
    if task.status == TaskStatus.CANCELLED:
        raise TaskClosed(task=task, status=task.get_status_display())
    _require_predecessors_done(task)
    if task.needs_result and not result.strip():
        raise ResultMissing(task=task)
    task.done_at = at
    task.result = result.strip() or task.result
    _move(task, TaskStatus.DONE, by=by)
    _ready_followers(task, by=by)
    events.publish(TaskDone(task_id=task.pk))
    logger.info("task done", extra={"task_id": task.pk})
    return task


def _ready_followers(task: Task, *, by: Actor) -> None:
    open_needs = TaskDependency.objects.filter(task=OuterRef("pk")).exclude(needs__status=TaskStatus.DONE)
    followers = Task.objects.locked().filter(~Exists(open_needs), needs__needs=task, status=TaskStatus.TODO)
    for follower in followers:
        _move(follower, TaskStatus.READY, by=by)


@command
def ready_task(*, task_id: int, by: Actor) -> Task:
    """Say that work on a waiting or blocked task can begin; a task further on stays as it is.

    Locks the task. Raises TaskWaits when a predecessor is open.
    """
    task = Task.objects.locked().get(pk=task_id)
    policy.require(by, "crm.finish_task", task)
    if task.status in {TaskStatus.TODO, TaskStatus.BLOCKED}:
        _require_predecessors_done(task)
        _move(task, TaskStatus.READY, by=by)
    return task


@command
def start_task(*, task_id: int, by: Actor) -> Task:
    """Take a ready task into work; its doer becomes the assignee when there is none. Locks the task."""
    task = Task.objects.locked().get(pk=task_id)
    policy.require(by, "crm.finish_task", task)
    if task.status == TaskStatus.READY:
        task.assignee_id = task.assignee_id or by.pk
        _move(task, TaskStatus.DOING, by=by)
    return task


@command
def block_task(*, task_id: int, by: Actor) -> Task:
    """Hold an open task until `ready_task`. Locks the task. Raises TaskClosed."""
    task = Task.objects.locked().get(pk=task_id)
    policy.require(by, "crm.finish_task", task)
    if task.status in CLOSED:
        raise TaskClosed(task=task, status=task.get_status_display())
    if task.status != TaskStatus.BLOCKED:
        _move(task, TaskStatus.BLOCKED, by=by)
    return task


@command
def reschedule_task(*, task_id: int, due_at: datetime | None, by: Actor, version: int | None = None) -> Task:
    """Let an open task be due at another moment, or at none. The same moment changes nothing.

    `version` is the one the caller saw. Locks the task. Raises StaleVersion and TaskClosed.
    """
    task = Task.objects.locked().get(pk=task_id)
    policy.require(by, "crm.finish_task", task)
    task.expect_version(version)
    if task.status in CLOSED:
        raise TaskClosed(task=task, status=task.get_status_display())
    if task.due_at != due_at:
        task.due_at, task.updated_by = due_at, user_or_none(by)
        task.save(update_fields=["due_at", "updated_by"])
    return task


@command
def cancel_task(*, task_id: int, by: Actor) -> Task:
    """Give a task up; what waited for it goes on waiting. A cancelled task stays as it is. Raises TaskClosed."""
    task = Task.objects.locked().get(pk=task_id)
    policy.require(by, "crm.finish_task", task)
    if task.status == TaskStatus.DONE:
        raise TaskClosed(task=task, status=task.get_status_display())
    if task.status != TaskStatus.CANCELLED:
        _move(task, TaskStatus.CANCELLED, by=by)
    return task


def _require_predecessors_done(task: Task) -> None:
    waiting = Task.objects.filter(needed_by__task=task).exclude(status=TaskStatus.DONE).order_by("pk").first()
    if waiting is not None:
        raise TaskWaits(task=task, needs=waiting)


def _move(task: Task, status: TaskStatus, *, by: Actor) -> None:
    task.status, task.updated_by = status, user_or_none(by)
    task.save()
