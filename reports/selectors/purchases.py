"""Purchases: by status, by supplier, and what of them was rejected."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from core.money import ZERO
from inventory.models import PurchaseOrder, PurchaseOrderLine
from reports.selectors.period import EVERYTHING, Scope

NOTHING = Decimal(0)


def purchase_orders(scope: Scope = EVERYTHING) -> QuerySet[PurchaseOrder]:
    """Purchase orders of any status of a scope, by the day they were drafted."""
    return scope.within(PurchaseOrder.objects.all(), "drafted_at")


@dataclass(frozen=True)
class PurchaseSums:
    status: str
    orders: int
    net: Decimal
    gross: Decimal


def purchases_by_status(scope: Scope = EVERYTHING) -> list[PurchaseSums]:
    grouped = purchase_orders(scope).order_by("status").values("status")
    sums = grouped.annotate(orders=Count("pk"), net=Sum("net_amount"), gross=Sum("gross_amount"))
    return [PurchaseSums(**row) for row in sums]


@dataclass(frozen=True)
class PurchaseLineSums:
    """Units of purchase lines; what was received and not rejected was stocked."""

    lines: int
    ordered: Decimal
    received: Decimal
    rejected: Decimal

    @property
    def stocked(self) -> Decimal:
        return self.received - self.rejected

    @property
    def rejection_pct(self) -> Decimal:
        """Rejected in per cent of received units, unrounded."""
        return self.rejected * 100 / self.received if self.received else ZERO


def purchase_line_sums(scope: Scope = EVERYTHING) -> PurchaseLineSums:
    found = PurchaseOrderLine.objects.filter(order__in=purchase_orders(scope).order_by()).aggregate(
        lines=Count("pk"),
        ordered=Sum("qty", default=NOTHING),
        received=Sum("received_qty", default=NOTHING),
        rejected=Sum("rejected_qty", default=NOTHING),
    )
    return PurchaseLineSums(**found)


@dataclass(frozen=True)
class SupplierSums:
    """A supplier's orders with their net, and the units received and rejected on them."""

    supplier_id: int
    name: str
    orders: int
    net: Decimal
    received: Decimal
    rejected: Decimal


def purchases_by_supplier(scope: Scope = EVERYTHING, *, count: int | None = None) -> list[SupplierSums]:
    """Suppliers by net of all their orders, the largest first, equals by id; `count` cuts the list."""
    lines = PurchaseOrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    units = {
        name: Coalesce(Subquery(lines.annotate(total=Sum(f"{name}_qty")).values("total")), NOTHING)
        for name in ("received", "rejected")
    }
    grouped = (
        purchase_orders(scope)
        .annotate(received=units["received"], rejected=units["rejected"])
        .order_by()
        .values("supplier", "supplier__legal_name")
        .annotate(orders=Count("pk"), net=Sum("net_amount"), received_sum=Sum("received"), rejected_sum=Sum("rejected"))
        .order_by("-net", "supplier")
    )
    return [
        SupplierSums(
            row["supplier"],
            row["supplier__legal_name"],
            row["orders"],
            row["net"],
            row["received_sum"],
            row["rejected_sum"],
        )
        for row in (grouped if count is None else grouped[:count])
    ]
