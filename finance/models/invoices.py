from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.history import tracked
from core.models import (
    CustomValues,
    Entity,
    Ownership,
    ScopedQuerySet,
    frozen_when,
    kept_when,
    money_field,
    percent_field,
    price_field,
    qty_field,
)
from finance.choices import InvoiceKind, InvoiceStatus


class InvoiceQuerySet(ScopedQuerySet):
    def visible_to(self, user: Actor, action: str | None = None) -> Self:
        """Customers' documents by `finance.view_invoice`, suppliers' bills by `finance.view_bill`."""
        if action is not None:
            return super().visible_to(user, action)
        documents = policy.reach_q(user, "finance.view_invoice", self.model)
        bills = policy.reach_q(user, "finance.view_bill", self.model)
        return self.filter(~Q(kind=InvoiceKind.BILL) & documents | Q(kind=InvoiceKind.BILL) & bills)

    def posted(self) -> Self:
        return self.filter(status=InvoiceStatus.POSTED)

    def open_debts(self) -> Self:
        """Posted invoices to customers on which something is open now."""
        return self.posted().filter(kind=InvoiceKind.INVOICE, allocated__lt=F("gross_amount"))


def part_of_posted_is_frozen(name: str) -> pgtrigger.Trigger:
    """The trigger of rows that make up an invoice: after posting none comes, changes or goes."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("parent", "bigint")],
        func=(
            "IF TG_OP = 'DELETE' THEN parent := OLD.invoice_id; ELSE parent := NEW.invoice_id; END IF;"
            " IF EXISTS (SELECT 1 FROM finance_invoice WHERE id = parent AND status = 'posted') THEN"
            " RAISE EXCEPTION 'invoice % is posted: its rows are frozen', parent USING ERRCODE = 'check_violation';"
            " END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
        ),
    )


def posted_adds_up(name: str) -> pgtrigger.Trigger:
    """At commit, a posted invoice's lines make its net and its tax rows make its tax."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("status"),
        condition=pgtrigger.Q(new__status="posted"),
        timing=pgtrigger.Deferred,
        func=(
            "IF (SELECT coalesce(sum(net_amount), 0) FROM finance_invoiceline WHERE invoice_id = NEW.id)"
            " <> NEW.net_amount OR (SELECT coalesce(sum(tax_amount), 0) FROM finance_invoicetax"
            " WHERE invoice_id = NEW.id) <> NEW.tax_amount THEN"
            " RAISE EXCEPTION 'lines and taxes of invoice % do not add up', NEW.number"
            " USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
        ),
    )


@tracked
class Invoice(CustomValues, Entity):
    """A customer's invoice, a credit note, or a supplier's bill. Posted ones are frozen but for `allocated`
    and the company's own fields.

    Amounts are positive; the kind says which way they work. The legal number comes at posting, without gaps.
    `allocated` is what payments and credit notes have settled (for a credit note: what it has settled).
    """

    organization = models.ForeignKey("core.Organization", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=InvoiceKind.choices, default=InvoiceKind.INVOICE)
    status = models.CharField(max_length=8, choices=InvoiceStatus.choices, default=InvoiceStatus.DRAFT)
    number = models.CharField(_("number"), max_length=60, blank=True)
    client = models.ForeignKey("crm.Client", on_delete=models.PROTECT, related_name="invoices")
    legal_entity = models.ForeignKey("crm.LegalEntity", on_delete=models.PROTECT, related_name="invoices")
    order = models.ForeignKey(
        "sales.SalesOrder", on_delete=models.PROTECT, null=True, blank=True, related_name="invoices"
    )
    purchase_order = models.ForeignKey(
        "inventory.PurchaseOrder", on_delete=models.PROTECT, null=True, blank=True, related_name="bills"
    )
    credits = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_notes")
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    rate = models.DecimalField(_("rate to the base currency"), max_digits=18, decimal_places=8, default=Decimal(1))
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    net_amount = money_field(_("net"), default=Decimal(0))
    tax_amount = money_field(_("tax"), default=Decimal(0))
    gross_amount = money_field(_("total"), default=Decimal(0))
    base_gross_amount = money_field(_("total in base currency"), default=Decimal(0))
    allocated = money_field(_("settled"), default=Decimal(0))
    key = models.CharField(max_length=120, null=True, blank=True, unique=True, editable=False)

    objects = InvoiceQuerySet.as_manager()  # type: ignore[misc]
    ownership: ClassVar[Ownership] = Ownership(owner="client__owner", branch="branch")

    class Meta:
        verbose_name, verbose_name_plural = _("invoice"), _("invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "number"],
                condition=Q(status="posted") & ~Q(kind="bill"),
                name="invoice_number_once",
            ),
            models.UniqueConstraint(
                fields=["legal_entity", "number"], condition=Q(kind="bill"), name="bill_number_once_per_supplier"
            ),
            models.CheckConstraint(
                condition=Q(gross_amount=F("net_amount") + F("tax_amount")), name="invoice_total_is_net_and_tax"
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("gross_amount")), name="invoice_settled_within_total"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | (~Q(number="") & Q(issued_on__isnull=False, posted_at__isnull=False)),
                name="invoice_posted_with_number_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="draft") | Q(number="") | Q(kind="bill"), name="invoice_draft_has_no_legal_number"
            ),
            models.CheckConstraint(
                condition=~Q(kind="credit_note") | Q(credits__isnull=False), name="credit_note_names_its_invoice"
            ),
        ]
        indexes = [
            models.Index(F("issued_on").desc(nulls_last=True), F("id").desc(), name="invoice_list"),
            models.Index(fields=["client", "issued_on"], name="invoice_of_client"),
            models.Index(fields=["due_on"], condition=Q(allocated__lt=F("gross_amount")), name="invoice_open"),
        ]
        triggers = [
            frozen_when(
                "invoice_posted_is_frozen",
                pgtrigger.Q(old__status="posted"),
                except_fields=["version", "updated_at", "updated_by", "allocated", "custom"],
            ),
            kept_when("invoice_posted_is_kept", pgtrigger.Q(old__status="posted")),
            posted_adds_up("invoice_posted_adds_up"),
        ]

    def __str__(self) -> str:
        return self.number or str(_("Draft"))

    @property
    def open_amount(self) -> Decimal:
        """What is not settled yet, in the document's currency."""
        return self.gross_amount - self.allocated


class InvoiceLine(models.Model):
    """A line of an invoice, credit note or bill; it names the order, receipt or invoice line it stands for."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    item = models.ForeignKey("inventory.Item", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    order_line = models.ForeignKey(
        "sales.OrderLine", on_delete=models.PROTECT, null=True, blank=True, related_name="invoice_lines"
    )
    purchase_line = models.ForeignKey(
        "inventory.PurchaseOrderLine", on_delete=models.PROTECT, null=True, blank=True, related_name="bill_lines"
    )
    receipt_line = models.ForeignKey(
        "inventory.GoodsReceiptLine", on_delete=models.PROTECT, null=True, blank=True, related_name="bill_lines"
    )
    landed_cost = models.ForeignKey(
        "inventory.LandedCost", on_delete=models.PROTECT, null=True, blank=True, related_name="bill_lines"
    )
    credits_line = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_lines"
    )
    text = models.CharField(_("description"), max_length=300, blank=True)
    qty = qty_field(_("quantity"))
    unit_price = price_field(_("price"))
    discount_pct = percent_field(_("discount, %"), default=Decimal(0))
    tax_percent = percent_field(_("tax, %"), default=Decimal(0))
    net_amount = money_field(_("net"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position_once"),
            models.UniqueConstraint(
                fields=["receipt_line", "landed_cost"],
                condition=Q(receipt_line__isnull=False),
                nulls_distinct=False,
                name="receipt_line_billed_once",
            ),
        ]
        triggers = [part_of_posted_is_frozen("invoice_line_posted_is_frozen")]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"


class InvoiceTax(models.Model):
    """The tax of one rate on a document: rounded once, on the net of all its lines."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="taxes")
    percent = percent_field()
    net_amount = money_field()
    tax_amount = money_field()

    class Meta:
        verbose_name_plural = _("invoice taxes")
        constraints = [models.UniqueConstraint(fields=["invoice", "percent"], name="invoice_tax_once_per_rate")]
        triggers = [part_of_posted_is_frozen("invoice_tax_posted_is_frozen")]

    def __str__(self) -> str:
        return f"{self.percent} %: {self.tax_amount}"
