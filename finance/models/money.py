from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, LockingQuerySet, Ownership, append_only, frozen_when, kept_when, money_field
from finance.choices import PaymentDirection, PaymentStatus, PeriodStatus, StatementFormat, StatementLineStatus
from finance.models.invoices import Invoice


@tracked
class BankAccount(Entity):
    """A bank account or a cash desk; its balance is `opening` plus its posted payments."""

    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="bank_accounts")
    name = models.CharField(_("name"), max_length=80)
    iban = models.CharField("IBAN", max_length=34, blank=True)
    is_cash = models.BooleanField(_("cash desk"), default=False)
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    opening = money_field(_("opening balance"), default=Decimal(0))
    opened_on = models.DateField(_("opened on"), null=True, blank=True)

    ownership: ClassVar[Ownership] = Ownership(branch="branch")

    def __str__(self) -> str:
        return self.name


@tracked
class CashArticle(models.Model):
    """What money came from or went for: a tree."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    direction = models.CharField(max_length=3, choices=PaymentDirection.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    def __str__(self) -> str:
        return self.name


@tracked
class Payment(Entity):
    """Money that came or went. Posted at once; a mistake is reversed by a payment the other way.

    `allocated` is what of it has settled invoices; the rest stays on account of the legal entity.
    """

    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="payments")
    number = models.CharField(_("number"), max_length=40)
    direction = models.CharField(max_length=3, choices=PaymentDirection.choices)
    status = models.CharField(max_length=8, choices=PaymentStatus.choices, default=PaymentStatus.POSTED)
    client = models.ForeignKey("crm.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    legal_entity = models.ForeignKey(
        "crm.LegalEntity", on_delete=models.PROTECT, null=True, blank=True, related_name="payments"
    )
    amount = money_field(_("amount"))
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    paid_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(default=timezone.now)
    article = models.ForeignKey(CashArticle, on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    order = models.ForeignKey("sales.SalesOrder", on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    text = models.CharField(_("purpose"), max_length=300, blank=True)
    allocated = money_field(_("allocated"), default=Decimal(0))
    reversal_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    idempotency_key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    ownership: ClassVar[Ownership] = Ownership(owner="client__owner", branch="account__branch")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="payment_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("amount")), name="payment_allocated_within_amount"
            ),
            models.CheckConstraint(
                condition=Q(status="posted") | Q(allocated=0), name="payment_reversed_settles_nothing"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "paid_on"], name="payment_of_account"),
            models.Index(fields=["client", "paid_on"], name="payment_of_client"),
        ]
        triggers = [
            frozen_when(
                "payment_is_frozen",
                pgtrigger.Q(old__status__in=["posted", "reversed"]),
                except_fields=["version", "updated_at", "updated_by", "allocated", "status"],
            ),
            kept_when("payment_is_kept", pgtrigger.Q(old__status__in=["posted", "reversed"])),
        ]

    def __str__(self) -> str:
        return self.number


class Allocation(models.Model):
    """`amount` of a payment or a credit note settles an invoice or bill. Append-only.

    A reversal is a negative row that names the row it takes back. Payer and debtor belong to one client, or
    the row says in `third_party` why somebody else paid.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="allocations")
    credit_note = models.ForeignKey(Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="settles")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount = money_field(_("amount"))
    allocated_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(default=timezone.now)
    third_party = models.CharField(_("why another client pays"), max_length=200, blank=True)
    reversal_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, credit_note__isnull=True)
                | Q(payment__isnull=True, credit_note__isnull=False),
                name="allocation_from_one_source",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, reversal_of__isnull=True) | Q(amount__lt=0, reversal_of__isnull=False),
                name="allocation_positive_or_reversal",
            ),
        ]
        indexes = [models.Index(fields=["invoice", "allocated_on"], name="allocation_of_invoice")]
        triggers = [append_only("allocation_append_only")]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.amount}"


class StatementImport(models.Model):
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="imports")
    format = models.CharField(max_length=8, choices=StatementFormat.choices)
    file_name = models.CharField(max_length=200, blank=True)
    file_hash = models.CharField(max_length=64)
    imported_at = models.DateTimeField(default=timezone.now)
    opening = money_field(null=True, blank=True)
    closing = money_field(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    new_rows = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return self.file_name or self.file_hash[:12]


class StatementLine(models.Model):
    """A line of a bank statement; `amount` is signed, positive came in. `key` is the bank's reference, or a hash
    of the row with its running number among equal rows of that day, so importing again adds nothing."""

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
    payment = models.OneToOneField(
        Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="statement_line"
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="statement_line_once_per_account"),
            models.CheckConstraint(
                condition=Q(status="matched", payment__isnull=False) | (~Q(status="matched") & Q(payment__isnull=True)),
                name="statement_line_matched_to_a_payment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on}: {self.amount}"


class Period(models.Model):
    """A month of a branch. A closed one refuses anything dated inside."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="periods")
    month = models.DateField(_("first day"))
    status = models.CharField(max_length=6, choices=PeriodStatus.choices, default=PeriodStatus.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "month"], name="period_once_per_branch_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_begins_on_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
