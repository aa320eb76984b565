"""Imports: a file on its way into the database, its rows, what they changed, and mappings kept for the next time."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.imports.choices import BUSY, ChangeKind, RowState, RunState
from core.models.base import LockingQuerySet, Ownership, ScopedQuerySet, UUIDv7


class ImportRun(models.Model):
    """One file and what was done with it, step by step; a person can leave and come back at any step.

    `facts` is what was found out about the file, `options` what a person decided differently, `mapping` the field per
    column (by its place), `fixed` the same value for every row. `counts` are the rows by state after the check,
    `outcome` what the import wrote.
    """

    uuid = models.UUIDField(_("public id"), unique=True, editable=False, db_default=UUIDv7())
    profile = models.CharField(_("what"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.UPLOADED)
    name = models.CharField(_("file"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(max_length=200)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    options = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    mapping = models.JSONField(default=dict)
    fixed = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    outcome = models.JSONField(default=dict)
    error = models.TextField(_("error"), blank=True)
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("uploaded at"), db_default=Now())
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="by")

    class Meta:
        verbose_name, verbose_name_plural = _("import"), _("imports")
        indexes = [models.Index(fields=["by", "-id"], name="import_run_of_user")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("core:import_run", args=[self.uuid])

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    def count(self, state: str) -> int:
        return int(self.counts.get(state, 0))


class ImportRow(models.Model):
    """A row of a file, staged by COPY: clean values, or what is wrong with it and how it stood in the file.

    `record_id` is the record the row is about. `action` is what to do with a likely twin; empty follows the choice for
    the whole run. How a row stood in the file is read from the file. The rows go with their run; the database does not
    ask for each of a million whether the one run they all name is there.
    """

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    line = models.PositiveIntegerField(_("line"))
    state = models.CharField(_("state"), max_length=8, choices=RowState.choices)
    key = models.CharField(max_length=200, blank=True)
    values = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    errors = models.JSONField(null=True)
    twins = models.JSONField(null=True)
    action = models.CharField(max_length=8, blank=True)
    record_id = models.BigIntegerField(null=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("row of an import"), _("rows of imports")
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_row_once_per_line")]
        indexes = [
            models.Index(
                fields=["run", "state", "line"],
                condition=Q(state__in=[RowState.TWIN, RowState.BAD, RowState.HELD]),
                name="import_row_to_look_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.line}"


class ImportChange(models.Model):
    """What an import did to one record, kept so that it can be taken back.

    `before` are the old values of a changed record, `version` and `parts` what it had right after the import: another
    version or another number of parts means that somebody worked on it since. `after` are the imported values of a
    record that has no version. Run and kind of record are the same for thousands of rows, so the database does not look
    them up for each.
    """

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="changes", db_constraint=False, db_index=False
    )
    line = models.PositiveIntegerField(_("line"))
    record_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    record_id = models.BigIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=ChangeKind.choices)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)
    kept_because = models.CharField(_("kept because"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("change by an import"), _("changes by imports")
        indexes = [
            models.Index(fields=["run", "-id"], name="import_change_of_run"),
            models.Index(fields=["record_type", "record_id"], name="import_change_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.kind} {self.record_id}"


class ImportMapping(models.Model):
    """A mapping kept under a name: field by heading. Without an owner everybody may use it."""

    profile = models.CharField(_("what"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    columns = models.JSONField(_("field by heading"), default=dict)
    fixed = models.JSONField(_("same for every row"), default=dict)
    options = models.JSONField(_("how the file is read"), default=dict)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("import mapping"), _("import mappings")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "owner", "name"], name="import_mapping_name_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def fits(self, headings: list[str]) -> int:
        """How many of its headings a file has."""
        there: set[Any] = {heading.lower() for heading in headings}
        return sum(1 for heading in self.columns if heading.lower() in there)
