from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership
from crm.choices import Direction, InteractionKind, InteractionStatus, TaskKind, TaskStatus
from crm.models.clients import Client
from crm.models.persons import Person


@tracked
class Interaction(Entity):
    """A meeting, call, message or form with a client; other records hang on it by `core.RecordLink`."""

    kind = models.CharField(max_length=8, choices=InteractionKind.choices)
    direction = models.CharField(max_length=3, choices=Direction.choices, blank=True)
    status = models.CharField(max_length=8, choices=InteractionStatus.choices, default=InteractionStatus.DONE)
    at = models.DateTimeField(_("at"))
    minutes = models.PositiveIntegerField(_("duration, minutes"), default=0)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    thread = models.CharField(max_length=80, blank=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="interactions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="interactions")
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    ownership: ClassVar[Ownership] = Ownership(owner="owner", branch="client__branch")

    class Meta:
        indexes = [
            models.Index(fields=["client", "-at"], name="interaction_of_client"),
            models.Index(fields=["person", "-at"], name="interaction_of_person"),
        ]

    def __str__(self) -> str:
        return self.subject or self.get_kind_display()


@tracked
class Task(Entity):
    """Work that somebody has to do. It becomes ready only when its predecessors are done."""

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(max_length=10, choices=TaskKind.choices, default=TaskKind.GENERAL)
    status = models.CharField(max_length=10, choices=TaskStatus.choices, default=TaskStatus.READY)
    assignee = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    team = models.ForeignKey("core.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    needs_result = models.BooleanField(default=False)
    result = models.TextField(_("result"), blank=True)
    checklist = models.JSONField(default=list, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    ownership: ClassVar[Ownership] = Ownership(owner="assignee", branch="branch")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="done", needs_result=True) | ~Q(result=""), name="task_done_with_its_result"
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at__isnull=True)),
                name="task_done_at_when_done",
            ),
        ]
        indexes = [
            models.Index(fields=["assignee", "due_at"], name="task_day_list"),
            models.Index(
                fields=["due_at"], condition=Q(status__in=["todo", "ready", "doing"]), name="task_open_by_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskDependency(models.Model):
    """`task` waits for `needs`."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="needs")
    needs = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="needed_by")

    class Meta:
        verbose_name_plural = _("task dependencies")
        constraints = [
            models.UniqueConstraint(fields=["task", "needs"], name="task_dependency_once"),
            models.CheckConstraint(condition=~Q(task=F("needs")), name="task_does_not_wait_for_itself"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="task_dependency_makes_no_circle",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=(
                    "IF EXISTS (WITH RECURSIVE way(id) AS (SELECT NEW.needs_id UNION"
                    " SELECT d.needs_id FROM crm_taskdependency d JOIN way ON d.task_id = way.id)"
                    " SELECT 1 FROM way WHERE id = NEW.task_id) THEN"
                    " RAISE EXCEPTION 'task % would wait for itself', NEW.task_id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} ← {self.needs_id}"
