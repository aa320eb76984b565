from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Binnable, CustomValues, Entity, Ownership, money_field
from crm.choices import LeadStatus
from crm.models.clients import Client, Source
from crm.models.persons import Person


@tracked
class LeadRoute(models.Model):
    """Who gets new leads: the first active route (by position) whose source is the lead's or one above it.

    A route without a source takes any lead.
    """

    position = models.PositiveSmallIntegerField(_("position"), unique=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="routes")
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="lead_routes")
    is_active = models.BooleanField(_("active"), default=True)

    def __str__(self) -> str:
        return f"{self.position}: {self.owner_id}"


@tracked
class Lead(Binnable, CustomValues, Entity):
    """Interest that is not yet a deal. The raw submission is kept as it came and never changed."""

    title = models.CharField(_("title"), max_length=200, blank=True)
    raw_payload = models.JSONField(_("as it came"), default=dict)
    name = models.CharField(_("name"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=320, blank=True)
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    message = models.TextField(_("message"), blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="leads")
    utm = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=LeadStatus.choices, default=LeadStatus.NEW)
    owner = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="leads", verbose_name=_("owner")
    )
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(_("received at"))
    first_answer_at = models.DateTimeField(_("first answer at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    reject_reason = models.CharField(_("reason"), max_length=200, blank=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="leads")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="leads")
    budget = money_field(_("budget"), null=True, blank=True)
    submission_key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)

    ownership: ClassVar[Ownership] = Ownership(owner="owner", branch="branch")

    class Meta:
        verbose_name, verbose_name_plural = _("lead"), _("leads")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(reject_reason=""), name="lead_rejected_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(first_answer_at__isnull=True) | Q(first_answer_at__gte=F("received_at")),
                name="lead_answered_after_it_came",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-received_at"], name="lead_inbox"),
            # Leads of a period are counted in the index alone, which knows those in the bin.
            models.Index(fields=["-received_at", "-id"], include=["binned_at"], name="lead_newest_first"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="lead_raw_payload_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("raw_payload"),
            ),
        ]

    def __str__(self) -> str:
        called = self.title or self.company or self.name or self.email or self.phone
        return called or gettext("Lead %(number)s") % {"number": self.pk}

    @property
    def response_minutes(self) -> int | None:
        """Whole minutes from the submission to the first answer; None while nobody answered."""
        if self.first_answer_at is None:
            return None
        return int((self.first_answer_at - self.received_at).total_seconds() // 60)
