"""What a payment settles: allocations, and the guards that keep them within both sides."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Ownership, ScopedQuerySet, append_only, money_field
from finance.models.invoices import Invoice
from finance.models.money import USED, Payment


def allocation_fits(name: str) -> pgtrigger.Trigger:
    """Refuse an allocation between documents that cannot settle each other."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[
            ("debt", "finance_invoice%ROWTYPE"), ("paid", "finance_payment%ROWTYPE"),
            ("note", "finance_invoice%ROWTYPE"), ("back", "finance_allocation%ROWTYPE"),
            ("problem", "text"),
        ],
        func="""
            SELECT * INTO debt FROM finance_invoice WHERE id = NEW.invoice_id;
            SELECT * INTO paid FROM finance_payment WHERE id = NEW.payment_id;
            SELECT * INTO note FROM finance_invoice WHERE id = NEW.credit_note_id;
            SELECT * INTO back FROM finance_allocation WHERE id = NEW.reversal_of_id;
            IF debt.status <> 'posted' OR (note.id IS NOT NULL AND note.status <> 'posted') THEN
                problem := 'a document is not posted';
            ELSIF (paid.id IS NOT NULL AND (debt.kind = 'invoice') <> (paid.direction = 'in'))
                OR (note.id IS NOT NULL AND (note.kind <> 'credit_note' OR debt.kind <> 'invoice')) THEN
                problem := 'the money goes the wrong way';
            ELSIF coalesce(paid.currency_id, note.currency_id) <> debt.currency_id THEN
                problem := 'the currencies differ';
            ELSIF NEW.third_party = '' AND debt.client_id IS DISTINCT FROM coalesce(paid.client_id, note.client_id) THEN
                problem := 'another client pays';
            ELSIF NEW.allocated_on < greatest(debt.issued_on, paid.paid_on, note.issued_on) THEN
                problem := 'it is dated before its documents';
            ELSIF back.id IS NOT NULL AND (back.amount <> -NEW.amount OR back.invoice_id <> NEW.invoice_id
                OR back.payment_id IS DISTINCT FROM NEW.payment_id
                OR back.credit_note_id IS DISTINCT FROM NEW.credit_note_id
                OR back.allocated_on > NEW.allocated_on) THEN
                problem := 'it does not mirror what it takes back';
            END IF;
            IF problem IS NOT NULL THEN
                RAISE EXCEPTION 'allocation to invoice % refused: %', NEW.invoice_id, problem
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )  # fmt: skip


def allocation_adds_up(name: str) -> pgtrigger.Trigger:
    """At commit, the `allocated` of every document an allocation touches is the sum of its allocations."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM finance_invoice i WHERE i.id IN (NEW.invoice_id, NEW.credit_note_id) AND i.allocated <>
                    (SELECT coalesce(sum(a.amount), 0) FROM finance_allocation a WHERE a.invoice_id = i.id)
                    + (SELECT coalesce(sum(a.amount), 0) FROM finance_allocation a WHERE a.credit_note_id = i.id)
            ) OR EXISTS (
                SELECT 1 FROM finance_payment p WHERE p.id = NEW.payment_id AND p.allocated <> {USED}
            ) THEN
                RAISE EXCEPTION 'allocation % is not counted by its documents', NEW.id
                USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,  # noqa: S608 - a constant of this module
    )


class Allocation(models.Model):
    """`amount` of a payment or a credit note settles an invoice or bill. Append-only.

    A reversal is a negative row that names the row it takes back. Payer and debtor belong to one client, or
    the row says in `third_party` why somebody else paid. Triggers refuse a row that does not fit its documents,
    and at commit one whose documents do not know it in `allocated`.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="allocations")
    credit_note = models.ForeignKey(Invoice, on_delete=models.PROTECT, null=True, blank=True, related_name="settles")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    amount = money_field(_("amount"))
    allocated_on = models.DateField(_("day"))
    recorded_at = models.DateTimeField(default=timezone.now)
    third_party = models.CharField(_("why another client pays"), max_length=200, blank=True)
    reversal_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(owner="invoice__client__owner", branch="invoice__branch")

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
        indexes = [
            models.Index(fields=["invoice", "allocated_on"], name="allocation_of_invoice"),
            models.Index(fields=["allocated_on"], name="allocation_by_day"),
        ]
        triggers = [
            append_only("allocation_append_only"),
            allocation_fits("allocation_fits_its_documents"),
            allocation_adds_up("allocation_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.amount}"
