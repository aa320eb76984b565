from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Ownership, ScopedQuerySet, append_only, money_field
from crm.models import Client
from finance.models.invoices import Invoice


class Reminder(models.Model):
    """A letter that asked a client for what is overdue. Append-only; `level` says the how manyth for its invoices.

    A client gets at most one a day from each of our legal entities.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="reminders")
    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    recipient = models.CharField(_("recipient"), max_length=320)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"))
    sent_on = models.DateField(_("day"))
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="client__owner", branch="client__branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "organization", "sent_on"], name="client_reminded_once_a_day"),
            models.CheckConstraint(condition=Q(level__gte=1), name="reminder_counts_from_one"),
        ]
        indexes = [
            models.Index(fields=["client", "-at"], name="reminder_of_client"),
            models.Index(fields=["sent_on"], name="reminder_of_day"),
        ]
        triggers = [append_only("reminder_append_only")]

    def __str__(self) -> str:
        return self.subject

    @property
    def dedupe_key(self) -> str:
        """How the outbox knows its mail."""
        return f"finance.reminder:{self.client_id}:{self.organization_id}:{self.sent_on.isoformat()}"


class RemindedInvoice(models.Model):
    """An invoice that a reminder names, and what was open on it then, in its own currency. Append-only."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="invoices")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminders")
    open_amount = money_field(_("open"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reminder", "invoice"], name="reminder_names_an_invoice_once"),
            models.CheckConstraint(condition=Q(open_amount__gt=0), name="reminder_names_what_is_open"),
        ]
        triggers = [append_only("reminded_invoice_append_only")]

    def __str__(self) -> str:
        return f"{self.reminder_id}: {self.invoice_id}"
