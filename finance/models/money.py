from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership, frozen_when, kept_when, money_field
from finance.choices import PaymentDirection, PaymentStatus


@tracked
class BankAccount(Entity):
    """A bank account or a cash desk; its balance is `opening` plus its payments, reversals included."""

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


# What a payment `p` is used for: allocations, what of it was given back, and a refund as a whole for its purpose.
USED = """
    (SELECT coalesce(sum(a.amount), 0) FROM finance_allocation a WHERE a.payment_id = p.id)
    + (SELECT coalesce(sum(r.amount), 0) FROM finance_payment r WHERE r.refund_of_id = p.id AND r.status = 'posted')
    + CASE WHEN p.refund_of_id IS NOT NULL AND p.status = 'posted' THEN p.amount ELSE 0 END
"""


def refund_fits(name: str) -> pgtrigger.Trigger:
    """Refuse to give back what did not come in so: to another party, in another currency, before it came."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__refund_of__isnull=False),
        declare=[("paid", "finance_payment%ROWTYPE")],
        func="""
            SELECT * INTO paid FROM finance_payment WHERE id = NEW.refund_of_id;
            IF paid.direction <> 'in' OR paid.status <> 'posted' OR paid.reversal_of_id IS NOT NULL
                OR paid.client_id IS NULL
                OR (NEW.organization_id, NEW.currency_id, NEW.client_id, NEW.legal_entity_id)
                    IS DISTINCT FROM (paid.organization_id, paid.currency_id, paid.client_id, paid.legal_entity_id)
                OR NEW.paid_on < paid.paid_on THEN
                RAISE EXCEPTION 'payment % cannot be given back by %', paid.number, NEW.number
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )


def refund_adds_up(name: str) -> pgtrigger.Trigger:
    """At commit, a refund and the payment it gives back count what they are used for."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Q(new__refund_of__isnull=False),
        timing=pgtrigger.Deferred,
        func=f"""
            IF EXISTS (SELECT 1 FROM finance_payment p WHERE p.id IN (NEW.id, NEW.refund_of_id)
                AND p.allocated <> {USED}) THEN
                RAISE EXCEPTION 'refund % is not counted by its payment', NEW.id
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - a constant of this module
    )


@tracked
class Payment(Entity):
    """Money that came or went. Posted at once; a mistake is reversed by a payment the other way.

    `allocated` is what of it has settled invoices or was given back; the rest stays on account of the legal entity.
    A refund (`refund_of`) gives back a part of a payment that came in, and settles nothing else.
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
    rate = models.DecimalField(_("rate to the base currency"), max_digits=18, decimal_places=8, default=Decimal(1))
    base_amount = money_field(_("amount in base currency"), default=Decimal(0))
    paid_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(default=timezone.now)
    article = models.ForeignKey(CashArticle, on_delete=models.PROTECT, null=True, blank=True, related_name="payments")
    order = models.ForeignKey(
        "sales.SalesOrder", on_delete=models.PROTECT, null=True, blank=True, related_name="payments"
    )
    text = models.CharField(_("purpose"), max_length=300, blank=True)
    allocated = money_field(_("allocated"), default=Decimal(0))
    reversal_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    refund_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
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
            models.CheckConstraint(
                condition=Q(refund_of=None)
                | Q(direction="out", reversal_of=None, status="posted", allocated=F("amount"))
                | Q(direction="out", reversal_of=None, status="reversed"),
                name="payment_refund_is_used_up",
            ),
        ]
        indexes = [
            models.Index(fields=["-paid_on", "-id"], name="payment_list"),
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
            refund_fits("payment_refund_fits"),
            refund_adds_up("payment_refund_adds_up"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_amount(self) -> Decimal:
        """What has settled nothing yet, in the account's currency."""
        return self.amount - self.allocated

    @property
    def signed_amount(self) -> Decimal:
        """The change of the account's balance: positive came in."""
        return self.amount if self.direction == PaymentDirection.IN else -self.amount
