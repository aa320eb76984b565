"""What of an order can be invoiced, the lines that would stand on the invoice, and the advances that would pay it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from core.actors import Actor
from core.choices import Origin
from core.errors import DomainError
from core.money import ZERO, cents
from core.quantities import NOTHING, told
from core.tax import DocumentTotals, document_totals
from finance.choices import InvoiceKind, PaymentDirection, PaymentStatus
from finance.errors import InvoicedMoreThanOrdered, NoSuchLine, NothingToInvoice, NotYetDelivered
from finance.models import InvoiceLine, Payment
from inventory.choices import ItemType, ServiceRole
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder

INVOICEABLE = {OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE}
EXACT = DecimalField(max_digits=24, decimal_places=6)


def is_invoiceable(order: SalesOrder) -> bool:
    """A confirmed order of our own; imported history was invoiced elsewhere."""
    return order.status in INVOICEABLE and order.origin != Origin.IMPORTED


def orders_to_invoice(user: Actor) -> QuerySet[SalesOrder]:
    """Orders with something delivered and not invoiced, oldest first; `due_net` says how much, about."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).annotate(due=_due())
    share = ExpressionWrapper(F("net_amount") * F("due") / F("qty"), output_field=EXACT)
    due_net = lines.filter(due__gt=0).order_by().values("order").annotate(total=Sum(share)).values("total")
    return (
        SalesOrder.objects.visible_to(user)
        .filter(Exists(lines.filter(due__gt=0)), status__in=INVOICEABLE, origin=Origin.OWN)
        .annotate(due_net=Coalesce(Subquery(due_net, output_field=EXACT), Decimal(0), output_field=EXACT))
        .select_related("client", "legal_entity", "owner")
        .order_by("confirmed_at", "pk")
    )


def _due() -> Greatest:
    """The quantity of a line that was delivered and not invoiced, as `wanted_quantities` counts it."""
    untold = Q(item__type=ItemType.SERVICE, item__service_role=ServiceRole.NONE)
    delivered = Case(When(untold, then=F("qty")), default=F("shipped_qty"), output_field=EXACT)
    left = Greatest(F("qty"), F("shipped_qty")) - F("invoiced_qty")
    return Greatest(Least(left, delivered - F("invoiced_qty")), Decimal(0), output_field=EXACT)


def open_advances(order: SalesOrder) -> QuerySet[Payment]:
    """Money received for the order that settles nothing yet, oldest first."""
    return Payment.objects.filter(
        order=order,
        direction=PaymentDirection.IN,
        status=PaymentStatus.POSTED,
        reversal_of=None,
        client_id=order.client_id,
        currency_id=order.currency_id,
        allocated__lt=F("amount"),
    ).order_by("paid_on", "pk")


@dataclass(frozen=True)
class LineToInvoice:
    """How far a line of an order is: ordered, delivered, invoiced, and what could be invoiced now or in advance."""

    line: OrderLine
    delivered: Decimal
    due: Decimal
    left: Decimal


def lines_to_invoice(order: SalesOrder) -> list[LineToInvoice]:
    found = []
    for line in order.lines.select_related("item__unit").order_by("position"):
        left = max(max(line.qty, line.shipped_qty) - line.invoiced_qty, NOTHING)
        delivered = delivered_qty(line)
        found.append(LineToInvoice(line, delivered, max(min(left, delivered - line.invoiced_qty), NOTHING), left))
    return found


@dataclass(frozen=True)
class InvoicePreview:
    """What an invoice would come to, and how much of it is paid already."""

    totals: DocumentTotals | None
    advances: Decimal
    refused: DomainError | None = None

    @property
    def settled(self) -> Decimal:
        return min(self.advances, self.totals.gross) if self.totals else ZERO

    @property
    def open_amount(self) -> Decimal:
        return self.totals.gross - self.settled if self.totals else ZERO


def preview_invoice(order: SalesOrder, qtys: Mapping[int, Decimal] | None, *, prepaid: bool) -> InvoicePreview:
    """The sums of the invoice that `invoice_order` would make, or why it would not."""
    advances = sum((payment.open_amount for payment in open_advances(order)), ZERO)
    try:
        lines = invoice_lines(order, wanted_quantities(order, qtys, prepaid=prepaid))
    except DomainError as refused:
        return InvoicePreview(None, advances, refused)
    return InvoicePreview(document_totals((line.net_amount, line.tax_percent) for line in lines), advances)


def wanted_quantities(
    order: SalesOrder, qtys: Mapping[int, Decimal] | None, *, prepaid: bool
) -> dict[OrderLine, Decimal]:
    """How much of each order line goes on the invoice; refuses more than was ordered or delivered."""
    lines = list(order.lines.select_related("item").order_by("position"))
    if set(qtys or ()) - {line.pk for line in lines}:
        raise NoSuchLine(number=order.number)
    wanted = {}
    for line in lines:
        left = max(line.qty, line.shipped_qty) - line.invoiced_qty
        due = left if prepaid else min(left, delivered_qty(line) - line.invoiced_qty)
        qty = due if qtys is None else qtys.get(line.pk, NOTHING)
        if qty <= 0:
            continue
        if qty > left:
            raise InvoicedMoreThanOrdered(item=line.item, wanted=told(qty), left=told(left), number=order.number)
        if qty > due:
            raise NotYetDelivered(item=line.item, wanted=told(qty), delivered=told(max(due, NOTHING)))
        wanted[line] = qty
    if not wanted:
        raise NothingToInvoice(number=order.number)
    return wanted


def delivered_qty(line: OrderLine) -> Decimal:
    """Shipped or performed; a service that nobody reports on counts as delivered with the order."""
    untold = line.item.type == ItemType.SERVICE and line.item.service_role == ServiceRole.NONE
    return line.qty if untold else line.shipped_qty


def invoice_lines(order: SalesOrder, wanted: Mapping[OrderLine, Decimal]) -> list[InvoiceLine]:
    invoiced = dict(
        InvoiceLine.objects.filter(order_line__order=order, invoice__kind=InvoiceKind.INVOICE)
        .values_list("order_line")
        .annotate(Sum("net_amount"))
    )
    made = []
    for line, qty in wanted.items():
        if line.invoiced_qty + qty == line.qty:
            net = line.net_amount - invoiced.get(line.pk, ZERO)
        else:
            net = share_of(line.net_amount, qty=qty, of=line.qty)
        made.append(
            InvoiceLine(
                item_id=line.item_id,
                order_line=line,
                text=line.text,
                qty=qty,
                unit_price=line.unit_price,
                discount_pct=line.discount_pct,
                tax_percent=line.tax_percent,
                net_amount=net,
            )
        )
    return made


def share_of(amount: Decimal, *, qty: Decimal, of: Decimal) -> Decimal:
    """The part of a line's amount that belongs to `qty` of its `of`, to the cent."""
    return cents(amount * qty / of)
