"""Checks of what crm promises: leads, people, tasks."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, F, OuterRef

from core.ledgers import Finding, checks
from crm.choices import TaskStatus
from crm.models import LegalEntity, Task, TaskDependency

CIRCLES = """
WITH RECURSIVE way(start, task_id) AS (
    SELECT task_id, needs_id FROM crm_taskdependency
    UNION
    SELECT way.start, d.needs_id FROM way JOIN crm_taskdependency d ON d.task_id = way.task_id
)
SELECT start FROM way WHERE start = task_id ORDER BY start
"""


@checks("I5", "crm: tasks wait in no circle")
def tasks_in_circles() -> Iterable[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(CIRCLES)
        for (task_id,) in cursor.fetchall():
            yield Finding("I5", "tasks", f"task {task_id}", "waits for itself")


@checks("I5", "crm: tasks are begun only when what they need is done")
def tasks_begun_too_early() -> Iterable[Finding]:
    open_needs = TaskDependency.objects.filter(task=OuterRef("pk")).exclude(needs__status=TaskStatus.DONE)
    begun = Task.objects.filter(Exists(open_needs), status__in=[TaskStatus.READY, TaskStatus.DOING, TaskStatus.DONE])
    for task in begun.order_by("pk"):
        yield Finding("I5", "tasks", f"task {task.pk}", f"is {task.status} while a predecessor is open")


@checks("I5", "crm: successors belong to the same client")
def foreign_successors() -> Iterable[Finding]:
    foreign = LegalEntity.objects.filter(successor__isnull=False).exclude(successor__client=F("client"))
    for entity in foreign.order_by("pk"):
        yield Finding("I5", "legal entities", f"legal entity {entity.pk}", "is continued by another client's entity")
