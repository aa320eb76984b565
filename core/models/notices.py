"""What people are told: notices in the bell and by mail, how they want to hear of them, and their reminders."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.models.base import Ownership, ScopedQuerySet
from core.notices.choices import DIGEST_HOUR, Lead, Mail


class Notice(models.Model):
    """One thing one user is told, once: the same `key` never reaches him again.

    `in_bell` and `mail` are what he wished for this kind when it was written. A notice of a kind that he wants
    neither way is kept all the same, unseen, so that it stays said.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=80)
    key = models.CharField(max_length=160)
    text = models.CharField(_("text"), max_length=500)
    url = models.CharField(max_length=300, blank=True)
    record_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    record_id = models.BigIntegerField(null=True, blank=True)
    record = GenericForeignKey("record_type", "record_id")
    in_bell = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, choices=Mail.choices, default=Mail.DIGEST)
    created_at = models.DateTimeField(_("written"), db_default=Now())
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("sent by mail"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="user")

    class Meta:
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once_per_user")]
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(read_at__isnull=True, in_bell=True), name="notice_unread"),
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["record_type", "record_id", "kind"], name="notice_of_record"),
            models.Index(fields=["id"], condition=Q(mail="now", mailed_at__isnull=True), name="notice_to_mail"),
            models.Index(fields=["created_at"], name="notice_by_age"),
        ]

    def __str__(self) -> str:
        return self.text


class NoticePreference(models.Model):
    """How one user wants to hear of one kind of notice; without a row the kind's own start values hold."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=80)
    in_bell = models.BooleanField(_("in the bell"), default=True)
    mail = models.CharField(_("by mail"), max_length=6, choices=Mail.choices, default=Mail.DIGEST)

    class Meta:
        verbose_name, verbose_name_plural = _("wish for notices"), _("wishes for notices")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_preference_once_per_kind")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"


class NoticeSettings(models.Model):
    """When one user gets his daily mail, by his own clock, and for which day that is settled."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="notice_settings"
    )
    digest_on = models.BooleanField(_("a daily mail"), default=True)
    digest_hour = models.PositiveSmallIntegerField(_("hour of the daily mail"), default=DIGEST_HOUR)
    task_lead_minutes = models.PositiveSmallIntegerField(
        _("reminder of tasks"), choices=Lead.choices, default=Lead.AT_DUE
    )
    settled_on = models.DateField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("daily mail"), _("daily mails")
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="notice_settings_hour_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.digest_hour}:00"


class Reminder(models.Model):
    """A user asked to be told of something at a moment; `done_at` is when that was done."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders")
    record_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    record_id = models.BigIntegerField(null=True, blank=True)
    record = GenericForeignKey("record_type", "record_id")
    at = models.DateTimeField(_("at"))
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="user")

    class Meta:
        verbose_name, verbose_name_plural = _("reminder"), _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "record_type", "record_id", "at", "text"],
                name="reminder_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(done_at__isnull=True), name="reminder_open"),
            models.Index(fields=["user", "at"], name="reminder_of_user"),
        ]

    def __str__(self) -> str:
        return self.text
