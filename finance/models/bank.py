from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Ownership, ScopedQuerySet, append_only, frozen_when, kept_when, money_field
from finance.choices import StatementFormat, StatementLineStatus
from finance.models.money import BankAccount, Payment


class StatementImport(models.Model):
    """A statement file as it was read: its balances, and how many of its rows were new. Append-only.

    `total` is the signed sum of all rows of the file, those known before included.
    """

    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="imports")
    format = models.CharField(max_length=8, choices=StatementFormat.choices)
    file_name = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64)
    imported_at = models.DateTimeField(default=timezone.now)
    opening = money_field(null=True, blank=True)
    total = money_field(default=Decimal(0))
    closing = money_field(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    new_rows = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(branch="account__branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "file_hash"], name="statement_file_once_per_account"),
            models.CheckConstraint(
                condition=Q(opening__isnull=True) | Q(closing__isnull=True) | Q(closing=F("opening") + F("total")),
                name="statement_adds_up",
            ),
            models.CheckConstraint(condition=Q(new_rows__lte=F("rows")), name="statement_new_rows_among_its_rows"),
        ]
        triggers = [append_only("statement_import_append_only")]

    def __str__(self) -> str:
        return self.file_name or self.file_hash[:12]


class StatementLine(models.Model):
    """A line of a bank statement; `amount` is signed, positive came in.

    `key` is a hash of the row (of its day, amount and bank reference, where the bank gave one) with its running
    number among equal rows of that day, so importing again adds nothing and equal rows are kept apart.
    """

    statement = models.ForeignKey(StatementImport, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="statement_lines")
    key = models.CharField(max_length=120)
    booked_on = models.DateField(_("day"))
    amount = money_field(_("amount"))
    bank_reference = models.CharField(_("bank reference"), max_length=120, blank=True)
    payer_name = models.CharField(_("other side"), max_length=200, blank=True)
    payer_iban = models.CharField(max_length=34, blank=True)
    text = models.TextField(_("purpose"), blank=True)
    status = models.CharField(max_length=8, choices=StatementLineStatus.choices, default=StatementLineStatus.NEW)
    reason = models.CharField(_("why it is set aside"), max_length=200, blank=True)
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="statement_line"
    )

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(branch="account__branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="statement_line_once_per_account"),
            models.CheckConstraint(
                condition=Q(status="matched", payment__isnull=False) | (~Q(status="matched") & Q(payment__isnull=True)),
                name="statement_line_matched_to_a_payment",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "booked_on"], name="statement_line_by_day"),
            models.Index(fields=["account"], condition=Q(status="new"), name="statement_line_to_book"),
        ]
        triggers = [
            frozen_when(
                "statement_line_is_frozen",
                pgtrigger.Q(old__id__isnull=False),
                except_fields=["status", "payment", "reason"],
            ),
            kept_when("statement_line_is_kept", pgtrigger.Q(old__id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on}: {self.amount}"
