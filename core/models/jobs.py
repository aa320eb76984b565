"""Long work in the background: what is to be done, how far it is, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.jobs.choices import OPEN, JobState
from core.models.base import Ownership, ScopedQuerySet, UUIDv7


class Job(models.Model):
    """One piece of long work. This row is the truth; a worker is only woken for it.

    `attempts` counts the turns workers took and marks whose turn it is: whoever finds another number has lost the
    job. `stumbles` counts turns that ended in silence since the last checkpoint. `summary` maps words for people to
    plain values or lists of texts.
    """

    uuid = models.UUIDField(_("public id"), unique=True, editable=False, db_default=UUIDv7())
    kind = models.CharField(_("kind"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    steps = models.PositiveBigIntegerField(_("all steps"), null=True, blank=True)
    done = models.PositiveBigIntegerField(_("steps done"), default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)
    checkpoint = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    summary = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=300, blank=True)
    error = models.TextField(_("error"), blank=True)
    reference = models.CharField(_("number in the log"), max_length=12, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    stumbles = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("asked for"), db_default=Now())
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="by")

    class Meta:
        verbose_name, verbose_name_plural = _("background job"), _("background jobs")
        indexes = [
            models.Index(fields=["lease_until", "id"], condition=Q(state__in=["waiting", "running"]), name="job_open"),
            models.Index(fields=["by", "-id"], name="job_of_user"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="job_running_has_a_lease"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at__isnull=True)
                | (~Q(state__in=["waiting", "running"]) & Q(finished_at__isnull=False)),
                name="job_finished_at_when_over",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("core:job", args=[self.uuid])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def percent(self) -> int | None:
        """How far it is, 0 to 100; None when nobody knows how much there is to do."""
        if self.state == JobState.DONE:
            return 100
        return min(100, 100 * self.done // self.steps) if self.steps else None

    def is_silent(self, at: datetime) -> bool:
        """Its worker has not been heard of for longer than the lease."""
        return self.state == JobState.RUNNING and self.lease_until is not None and self.lease_until < at


class JobFile(models.Model):
    """A file that a job left: its result, or a list of what to mend. Only the row stays when its time is over."""

    uuid = models.UUIDField(unique=True, editable=False, db_default=UUIDv7())
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=300)
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="job__by")
    view_action: ClassVar[str] = "core.view_job"

    class Meta:
        verbose_name, verbose_name_plural = _("file of a job"), _("files of jobs")
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="job_file_one_per_name")]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(removed_at__isnull=True), name="job_file_kept"),
        ]

    def __str__(self) -> str:
        return self.name
