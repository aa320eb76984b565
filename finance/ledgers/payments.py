"""Payments settle what they say they settle, and no more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from core.ledgers import Finding, checks
from finance.ledgers.statements import rows_of
from finance.models import Allocation, Payment


@checks("I3", "allocations of payments")
def payment_allocations() -> Iterable[Finding]:
    """What a payment is used for is the sum of its allocations and of what was given back, within its amount."""
    sql = """
        SELECT number, amount, allocated, used FROM (
            SELECT p.number, p.amount, p.allocated, coalesce(settled.amount, 0) + coalesce(refunded.amount, 0)
                + CASE WHEN p.refund_of_id IS NOT NULL AND p.status = 'posted' THEN p.amount ELSE 0 END AS used
            FROM finance_payment p
            LEFT JOIN (SELECT payment_id, sum(amount) AS amount FROM finance_allocation GROUP BY payment_id)
                AS settled ON settled.payment_id = p.id
            LEFT JOIN (
                SELECT refund_of_id, sum(amount) AS amount FROM finance_payment
                WHERE status = 'posted' AND refund_of_id IS NOT NULL GROUP BY refund_of_id
            ) AS refunded ON refunded.refund_of_id = p.id
        ) AS payments WHERE allocated <> used OR used NOT BETWEEN 0 AND amount
    """
    for number, amount, kept, used in rows_of(sql):
        yield Finding(
            "I3", "allocations of payments", f"payment {number}",
            f"allocations and refunds make {used}, kept are {kept} of {amount}",
        )  # fmt: skip


@checks("I3", "refunds")
def refunds() -> Iterable[Finding]:
    """What was given back had come from the same party, in the same currency, and not later."""
    rows = Payment.objects.filter(refund_of__isnull=False).filter(
        ~Q(direction="out")
        | ~Q(refund_of__direction="in")
        | ~Q(client=F("refund_of__client"))
        | ~Q(legal_entity=F("refund_of__legal_entity"))
        | ~Q(currency=F("refund_of__currency"))
        | Q(paid_on__lt=F("refund_of__paid_on"))
        | Q(status="posted", refund_of__status="reversed")
    )
    for row in rows:
        yield Finding("I3", "refunds", f"payment {row.number}", "does not fit the payment it gives back")


@checks("I3", "allocations fit their documents")
def allocation_parties() -> Iterable[Finding]:
    """Payer and debtor are one client unless a third party is named; currencies and days fit."""
    rows = Allocation.objects.annotate(
        payer=Coalesce("payment__client", "credit_note__client"),
        paid_in=Coalesce("payment__currency", "credit_note__currency"),
        dated=Coalesce("payment__paid_on", "credit_note__issued_on"),
    ).filter(
        Q(third_party="") & (~Q(payer=F("invoice__client")) | Q(payer=None))
        | ~Q(paid_in=F("invoice__currency"))
        | Q(allocated_on__lt=F("dated"))
        | Q(allocated_on__lt=F("invoice__issued_on"))
    )
    for row in rows:
        yield Finding(
            "I3", "allocations fit their documents", f"allocation {row.pk}",
            f"client, currency or day of invoice {row.invoice_id} and its payer do not fit",
        )  # fmt: skip


@checks("I3", "reversed payments")
def reversed_payments() -> Iterable[Finding]:
    """A payment is reversed exactly when another names it, over the same amount, the other way."""
    rows = Payment.objects.filter(
        Q(status="reversed", reversed_by=None)
        | Q(status="posted", reversed_by__isnull=False)
        | Q(reversal_of__isnull=False)
        & (
            ~Q(reversal_of__amount=F("amount"))
            | Q(reversal_of__direction=F("direction"))
            | ~Q(reversal_of__account=F("account"))
        )
    )
    for row in rows:
        yield Finding(
            "I3", "reversed payments", f"payment {row.number}", "payment and reversal do not mirror each other"
        )
