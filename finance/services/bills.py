"""Suppliers' bills, checked against what was ordered and received."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from core import policy
from core.actors import SYSTEM, Actor
from core.money import cents, unit_price
from core.quantities import NOTHING, told
from core.tax import document_totals
from core.transactions import command
from finance.choices import InvoiceKind
from finance.errors import BilledMoreThanReceived, BillNumberTaken, NoSuchLine, NothingToBill
from finance.models import Invoice, InvoiceLine
from finance.selectors.billing import lines_from_receipts
from finance.services.posting import post_document
from inventory.models import PurchaseOrder
from inventory.services.billing import note_billed


@dataclass(frozen=True)
class BillDraft:
    """A line of a bill as the supplier wrote it: `qty` in the item's base unit for `net`.

    `receipt_line_id` names the delivery it bills as a whole, `landed_cost_id` the freight or other cost that came
    with that delivery.
    """

    purchase_line_id: int
    qty: Decimal
    net: Decimal
    text: str = ""
    receipt_line_id: int | None = None
    landed_cost_id: int | None = None


@command
def enter_bill(
    *,
    purchase_order_id: int,
    number: str,
    issued_on: date,
    at: datetime,
    by: Actor,
    receipt_id: int | None = None,
    lines: Sequence[BillDraft] | None = None,
) -> Invoice:
    """Enter and post a supplier's bill under the supplier's own number.

    Without `lines` it is made from the goods received and not billed yet (of one receipt, or of all), each at
    its value, with the freight and other costs that came with them at the tax of their goods. The same number
    of the same supplier returns the bill that is there. Locks the purchase order.
    Raises NothingToBill, BilledMoreThanReceived, BillNumberTaken, NoSuchLine, PeriodClosed.
    """
    order = PurchaseOrder.objects.locked().select_related("organization", "supplier").get(pk=purchase_order_id)
    policy.require(by, "finance.enter_bill", order)
    # Read after the lock: a parallel call with the same number has committed by now.
    known = Invoice.objects.filter(kind=InvoiceKind.BILL, legal_entity_id=order.supplier_id, number=number).first()
    if known is not None:
        if known.purchase_order_id != order.pk or known.issued_on != issued_on:
            raise BillNumberTaken(number=number, supplier=order.supplier)
        return known
    made = lines_from_receipts(order, receipt_id) if lines is None else _from_drafts(order, lines)
    if not made:
        raise NothingToBill(number=order.number)
    billed = _check_quantities(made)
    bill = Invoice(
        organization=order.organization,
        branch_id=order.branch_id,
        kind=InvoiceKind.BILL,
        number=number,
        client_id=order.supplier.client_id,
        legal_entity_id=order.supplier_id,
        purchase_order=order,
        currency_id=order.currency_id,
        due_on=issued_on + timedelta(days=order.supplier.payment_days),
    )
    note_billed(qtys=billed, by=SYSTEM)
    totals = document_totals((line.net_amount, line.tax_percent) for line in made)
    return post_document(bill, lines=made, groups=totals.groups, series=None, at=at, by=by, issued_on=issued_on)


def _from_drafts(order: PurchaseOrder, drafts: Sequence[BillDraft]) -> list[InvoiceLine]:
    ordered = {line.pk: line for line in order.lines.select_related("item")}
    waiting = {(row.receipt_line_id, row.landed_cost_id) for row in lines_from_receipts(order)}
    made = []
    for draft in drafts:
        line = ordered.get(draft.purchase_line_id)
        named = (draft.receipt_line_id, draft.landed_cost_id)
        if line is None or (any(named) and named not in waiting):
            raise NoSuchLine(number=order.number)
        made.append(
            InvoiceLine(
                item_id=None if draft.landed_cost_id else line.item_id,
                purchase_line=line,
                receipt_line_id=draft.receipt_line_id,
                landed_cost_id=draft.landed_cost_id,
                text=draft.text,
                qty=draft.qty,
                unit_price=unit_price(draft.net / draft.qty) if draft.qty else Decimal(0),
                tax_percent=line.tax_percent,
                net_amount=cents(draft.net),
            )
        )
    return made


def _check_quantities(lines: Sequence[InvoiceLine]) -> dict[int, Decimal]:
    """The quantities of goods by purchase line; refuses more than was received and not billed."""
    billed: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for line in lines:
        bought = line.purchase_line
        if bought is None or line.landed_cost_id is not None:
            continue
        billed[bought.pk] += line.qty
        left = bought.received_qty - bought.billed_qty
        if billed[bought.pk] > left:
            raise BilledMoreThanReceived(item=bought.item, wanted=told(billed[bought.pk]), left=told(left))
    return dict(billed)
