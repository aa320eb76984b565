"""Printed papers of records: every version that was made, in which language, from what, when and for whom."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.documents.choices import OPEN, DocumentState
from core.models.base import LockingQuerySet, UUIDv7, frozen_when, kept_when


class Document(models.Model):
    """One version of one paper of a record, made once by a worker and never changed afterwards.

    `facts` is the snapshot the paper is drawn from, taken when it was asked for; it is emptied once the file is
    there, `facts_hash` stays and says whether the record still reads the same. `is_final` papers belong to posted
    records: there is one per record and kind, and it is kept. `attempts` counts the turns workers took and marks
    whose turn it is.
    """

    uuid = models.UUIDField(_("public id"), unique=True, editable=False, db_default=UUIDv7())
    record_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    record_id = models.BigIntegerField()
    record = GenericForeignKey("record_type", "record_id")
    kind = models.CharField(_("kind"), max_length=40)
    number = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=8)
    is_final = models.BooleanField(_("of a posted record"), default=False)
    is_draft = models.BooleanField(_("marked as a draft"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=DocumentState.choices, default=DocumentState.WAITING)
    facts = models.JSONField(default=dict, editable=False)
    facts_hash = models.CharField(max_length=64, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(max_length=200, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("size, bytes"), null=True, blank=True)
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    requested_at = models.DateTimeField(_("asked for"), db_default=Now())
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(_("error"), blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("document"), _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "kind", "number"], name="document_version_once"
            ),
            models.UniqueConstraint(
                fields=["record_type", "record_id", "kind"],
                condition=Q(is_final=True),
                name="document_of_posted_record_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(file="") & ~Q(sha256="") & Q(made_at__isnull=False, pages__gt=0)),
                name="document_ready_has_its_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="making") | Q(lease_until__isnull=False), name="document_making_has_a_lease"
            ),
            models.CheckConstraint(condition=~Q(is_final=True, is_draft=True), name="document_final_is_no_draft"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state__in=OPEN), name="document_open"),
        ]
        triggers = [
            frozen_when("document_made_is_frozen", pgtrigger.Q(old__state="ready"), except_fields=[]),
            kept_when("document_of_posted_record_is_kept", pgtrigger.Q(old__state="ready", old__is_final=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("core:paper", args=[self.uuid])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_ready(self) -> bool:
        return self.state == DocumentState.READY
