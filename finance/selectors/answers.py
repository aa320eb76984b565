"""What finance answers to the apps below: credit exposure, and its steps of an order's thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.money import ZERO
from finance.choices import InvoiceKind, InvoiceState, InvoiceStatus, PaymentDirection, PaymentStatus
from finance.models import Invoice, Payment
from finance.selectors.balances import open_on
from sales.ports import ClientPaper, CreditExposure, ThreadStep


def credit_exposure(client_id: int, on: date) -> CreditExposure:
    """What the client owes by posted invoices at the end of `on`, and how much of it is overdue; two statements."""
    debts = open_on(on, client_ids=[client_id])
    return CreditExposure(
        receivable=sum((debt.amount for debt in debts), ZERO),
        overdue=sum((debt.amount for debt in debts if debt.due_on and debt.due_on < on), ZERO),
    )


def credit_note_page(order_id: int, by: Actor) -> str:
    """The page that credits the newest posted invoice of an order; empty while there is none or `by` may not."""
    if not policy.allows(by, "finance.credit_invoice"):
        return ""
    posted = Invoice.objects.posted().filter(order=order_id, kind=InvoiceKind.INVOICE).order_by("-pk")
    newest = posted.values_list("pk", flat=True).first()
    return reverse("finance:invoice_credit", args=[newest]) if newest is not None else ""


def order_thread(order_ids: Sequence[int]) -> list[ThreadStep]:
    """Invoices, credit notes and payments of orders as of today, in two statements."""
    return [*_documents(order_ids), *_payments(order_ids)]


def _documents(order_ids: Sequence[int]) -> list[ThreadStep]:
    today = timezone.localdate()
    rows = (
        Invoice.objects.posted()
        .filter(order__in=order_ids)
        .select_related("created_by")
        .annotate(settled_on=Max("allocations__allocated_on"))
        .order_by("issued_on", "pk")
    )
    steps = []
    for row in rows:
        state = _state(row)
        done = state == InvoiceState.PAID or row.kind == InvoiceKind.CREDIT_NOTE
        settled_on = row.issued_on if row.kind == InvoiceKind.CREDIT_NOTE else row.settled_on
        steps.append(
            ThreadStep(
                order_id=row.order_id or 0,
                kind=row.kind,
                number=row.number,
                title=row.get_kind_display(),
                state=state.value,
                state_label=str(state.label),
                owner=str(row.created_by or ""),
                expected_on=row.due_on,
                done_at=_noon(settled_on) if done and settled_on else None,
                late=not done and row.due_on is not None and row.due_on < today,
                record=("finance.invoice", row.pk),
            )
        )
    return steps


def _payments(order_ids: Sequence[int]) -> list[ThreadStep]:
    return [
        ThreadStep(
            order_id=row.order_id if row.order_id in set(order_ids) else row.for_order,  # type: ignore[attr-defined]
            kind="payment",
            number=row.number,
            title=_("Payment received") if row.direction == PaymentDirection.IN else _("Payment made"),
            state=row.status,
            state_label=row.get_status_display(),
            owner=str(row.created_by or ""),
            expected_on=row.paid_on,
            done_at=_noon(row.paid_on),
            record=("finance.payment", row.pk),
        )
        for row in payments_of(order_ids)
    ]


def payments_of(order_ids: Sequence[int]) -> QuerySet[Payment]:
    """Payments that name an order or settle one of its invoices (`for_order`); reversed ones are left out."""
    settles = Q(allocations__invoice__order__in=order_ids, allocations__reversed_by=None, allocations__amount__gt=0)
    return (
        Payment.objects.filter(Q(order__in=order_ids) | settles, status=PaymentStatus.POSTED, reversal_of=None)
        .annotate(for_order=Max("allocations__invoice__order", filter=settles))
        .select_related("created_by")
        .order_by("paid_on", "pk")
    )


def _state(document: Invoice) -> InvoiceState:
    if not document.open_amount:
        return InvoiceState.PAID
    return InvoiceState.PART_PAID if document.allocated else InvoiceState.OPEN


def _noon(day: date) -> datetime:
    """A day as a moment, for lists that mix days and moments."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def client_papers(order_id: int) -> list[ClientPaper]:
    """Posted invoices and credit notes of an order, which the client may open on his page (one statement)."""
    kinds = {InvoiceKind.INVOICE: "finance.invoice", InvoiceKind.CREDIT_NOTE: "finance.credit_note"}
    posted = Invoice.objects.filter(order=order_id, status=InvoiceStatus.POSTED, kind__in=kinds).order_by("pk")
    return [ClientPaper(kinds[InvoiceKind(row.kind)], row.pk, row.number) for row in posted]
