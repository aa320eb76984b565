"""Invoices, credit notes and suppliers' bills; an order that is invoiced."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.api.fields import AMOUNT, Computed, Nested
from core.api.filters import between, plain
from core.api.resources import Call, Resource, Verb, add, add_verbs
from core.api.types import Day, Flag, Input, Qty
from finance.models import Invoice, InvoiceLine, InvoiceTax
from finance.services.invoices import invoice_order
from sales.api.types import OrderLineId


class InvoicedLine(Input):
    line_id: OrderLineId
    qty: Qty


class InvoiceOrder(Input):
    issued_on: Day
    lines: Annotated[list[InvoicedLine], Field(max_length=500)] | None = Field(
        None, description="What is invoiced; by default all that was delivered and not invoiced yet."
    )
    prepaid: Flag = Field(False, description="Lets it go beyond what was delivered, up to what was ordered.")


def _invoice(call: Call) -> Invoice:
    data = call.data
    return invoice_order(
        order_id=call.record.pk, issued_on=data.issued_on, at=call.at, by=call.user, key=call.key,
        prepaid=data.prepaid, qtys=None if data.lines is None else {line.line_id: line.qty for line in data.lines},
    )  # fmt: skip


add_verbs(
    "orders",
    Verb("invoice", _invoice, InvoiceOrder, "Posts an invoice of what an order has delivered.", makes="invoices"),
)

add(
    Resource(
        path="invoices",
        model=Invoice,
        doc="Invoices and credit notes to clients and bills of suppliers; posted ones never change.",
        fields=(
            "organization_id", "branch_id", "kind", "status", "number", "client_id", "legal_entity_id", "order_id",
            "purchase_order_id", "credits_id", "currency_id", "rate", "issued_on", "due_on", "posted_at", "reason",
            "net_amount", "tax_amount", "gross_amount", "base_gross_amount", "allocated",
        ),
        computed=(Computed("open_amount", AMOUNT, lambda row: row.open_amount, "What is not settled yet."),),
        also_seen_by=("finance.view_bill",),
        rows=lambda user: Invoice.objects.visible_to(user),
        nested=(
            Nested(
                "lines",
                InvoiceLine,
                (
                    "id", "position", "item_id", "order_line_id", "purchase_line_id", "text", "qty", "unit_price",
                    "discount_pct", "tax_percent", "net_amount",
                ),
            ),
            Nested("taxes", InvoiceTax, ("percent", "net_amount", "tax_amount"), order=("-percent",)),
        ),
        filters=(
            *plain("kind", "status", "number", "client_id", "legal_entity_id", "order_id", "branch_id"),
            *between("issued_on"), *between("due_on"),
        ),
        sorts=("number", "issued_on", "due_on", "updated_at"),
    ),
)  # fmt: skip
