"""Where people are signed in, and who worked in whose name."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models.base import append_only


class UserSession(models.Model):
    """One place where somebody is signed in. The key of the session itself is kept as a hash only.

    `last_seen_at` is written at most once in five minutes, so it may lag by as much.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    device = models.CharField(_("device"), max_length=80, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    signed_in_at = models.DateTimeField(_("signed in"))
    last_seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name, verbose_name_plural = _("session"), _("sessions")
        indexes = [models.Index(fields=["user", "-last_seen_at"], name="session_of_user")]
        constraints = [
            models.CheckConstraint(condition=Q(last_seen_at__gte=F("signed_in_at")), name="session_seen_after_sign_in")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.device}"


class ActingSession(models.Model):
    """An administrator (`by`) works in the name of another person, for a written reason and until a fixed moment.

    A ledger: the row is never changed. When it ended before `until`, an `ActingEnd` says so.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    began_at = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name, verbose_name_plural = _("work in another's name"), _("work in another's name")
        indexes = [models.Index(fields=["-began_at"], name="acting_latest_first")]
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("person")), name="acting_for_somebody_else"),
            models.CheckConstraint(condition=Q(until__gt=F("began_at")), name="acting_ends_after_it_began"),
            models.CheckConstraint(condition=~Q(reason=""), name="acting_has_a_reason"),
        ]
        triggers: list[pgtrigger.Trigger] = [append_only("acting_append_only")]

    def __str__(self) -> str:
        return f"{self.by_id} / {self.person_id}"


class ActingEnd(models.Model):
    """The moment at which work in another's name ended before its time."""

    acting = models.OneToOneField(ActingSession, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField(_("ended"))

    class Meta:
        verbose_name, verbose_name_plural = _("end of work in another's name"), _("ends of work in another's name")
        triggers: list[pgtrigger.Trigger] = [append_only("acting_end_append_only")]

    def __str__(self) -> str:
        return f"{self.acting_id}: {self.ended_at:%Y-%m-%d %H:%M}"
