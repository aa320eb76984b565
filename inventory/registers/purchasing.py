"""Orders to suppliers and receipts of goods. They change by their verbs, orders also in buyer, reason, own fields."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.forms import RecordForm
from core.ui.registers import Register
from core.ui.tables import HOME, Column, Kind
from inventory.filters.purchasing import COMING, PurchaseFilter, ReceiptFilter
from inventory.models import GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine
from inventory.services.purchasing import change_purchase_order

PURCHASE_TONES = {"draft": "", "ordered": "info", "part_received": "warn", "received": "ok", "cancelled": ""}
COSTS = "inventory.view_costs"


def _lines(ids: list[int]) -> Any:
    return PurchaseOrderLine.objects.filter(order__in=ids).order_by().values_list("order")


def _received(ids: list[int], _user: Any) -> dict[int, str]:
    full = Count("pk", filter=Q(received_qty__gte=F("qty") + F("rejected_qty")))
    rows = _lines(ids).annotate(full=full, every=Count("pk"))
    return {
        order: ngettext("%(full)d of %(all)d line", "%(full)d of %(all)d lines", count) % {"full": done, "all": count}
        for order, done, count in rows
    }


def _due(ids: list[int], _user: Any) -> dict[int, Any]:
    """The day the next open line of each order is due."""
    still_open = Q(received_qty__lt=F("qty") + F("rejected_qty"), order__status__in=("draft", *COMING))
    return dict(_lines(ids).annotate(next_due=Min("due_on", filter=still_open)))


def _billed(ids: list[int], _user: Any) -> dict[int, Any]:
    """What of the accepted goods suppliers have billed, as a share of their worth."""
    accepted = Sum((F("received_qty") - F("rejected_qty")) * F("price"))
    rows = _lines(ids).annotate(accepted=accepted, billed=Sum(F("billed_qty") * F("price")))
    return {order: round(100 * billed / worth) if worth else None for order, worth, billed in rows}


def _items(ids: list[int], _user: Any) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for order, sku in (
        PurchaseOrderLine.objects.filter(order__in=ids).order_by("position").values_list("order", "item__sku")
    ):
        found.setdefault(order, []).append(sku)
    return {
        order: ", ".join(skus[:3])
        + (gettext(" and %(count)d more") % {"count": len(skus) - 3} if len(skus) > 3 else "")
        for order, skus in found.items()
    }


class PurchaseForm(RecordForm):
    """What of an order may be corrected at any time: nothing that the supplier reads."""

    class Meta:
        model = PurchaseOrder
        fields = ("owner", "reason")


@registers.add
class Purchases(Register):
    """Orders to suppliers, from the draft to the goods and the bill."""

    model, name, plural, icon, section = PurchaseOrder, "purchase", "purchases", "shopping-cart", "stock"
    rows_are_steady = True
    called, called_many = _("purchase order"), _("purchase orders")
    view_action = "inventory.view_purchaseorder"
    change_action = "inventory.place_purchase_order"
    form_class, filter_class = PurchaseForm, PurchaseFilter
    labels = {"owner": _("Buyer")}
    single_fields = frozenset({"reason"})
    guarded = dict.fromkeys(("net_amount", "tax_amount", "gross_amount", "freight_amount"), COSTS)
    facts = (
        "number", "status", "supplier", "warehouse", "branch", "owner", "drafted_at", "ordered_at", "reason",
        "currency", "net_amount", "tax_amount", "freight_amount", "gross_amount",
    )  # fmt: skip
    search_hint = _("Number or supplier")
    default_sort = "-drafted"
    columns = (
        Column("number", _("Number"), sort="number", on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=PURCHASE_TONES, on_phone=True),
        Column("supplier", _("Supplier"), sort="supplier__legal_name"),
        Column("items", _("Items"), batch=_items),
        Column("due", _("Due"), Kind.DATE, batch=_due),
        Column("received", _("Received"), batch=_received),
        Column("billed", _("Billed"), Kind.PERCENT, batch=_billed),
        Column("net_amount", _("Net"), Kind.MONEY, sort="net_amount", currency="currency_id"),
        Column("currency", _("Currency"), path="currency_id", shown=False),
        Column(
            "drafted", _("Drafted"), Kind.DATE, value=lambda row: timezone.localdate(row.drafted_at), sort="drafted_at"
        ),
        Column("ordered", _("Ordered"), Kind.MOMENT, path="ordered_at", sort="ordered_at", shown=False),
        Column("warehouse", _("Warehouse"), sort="warehouse__name", shown=False),
        Column("owner", _("Buyer"), Kind.USER, sort="owner__first_name", on_tablet=False),
    )

    @property
    def empty_text(self) -> str | Promise:
        return _("Purchase orders come out of the suggestions and out of sold orders.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related(
            "supplier__client", "warehouse", "owner", "branch", "currency", "organization"
        )

    def change_record(
        self, record: PurchaseOrder, changes: dict[str, Any], version: int | None, by: Actor
    ) -> PurchaseOrder:
        return change_purchase_order(order_id=record.pk, changes=changes, version=version, by=by)

    def second_line(self, record: PurchaseOrder) -> str:
        return str(record.supplier)


def _came(ids: list[int], _user: Any) -> dict[int, int]:
    return dict(
        GoodsReceiptLine.objects.filter(receipt__in=ids).order_by().values_list("receipt").annotate(Count("pk"))
    )


def _worth(ids: list[int], _user: Any) -> dict[int, Decimal]:
    rows = GoodsReceiptLine.objects.filter(receipt__in=ids).order_by().values_list("receipt")
    return dict(rows.annotate(total=Sum(F("value") + F("landed_value"))))


@registers.add
class Receipts(Register):
    """Goods that came in from suppliers."""

    model, name, plural, icon, section = GoodsReceipt, "receipt", "receipts", "package-import", "stock"
    rows_are_steady = True
    called, called_many = _("goods receipt"), _("goods receipts")
    view_action = "inventory.view_goodsreceipt"
    change_action = "inventory.post_goods_receipt"
    filter_class = ReceiptFilter
    guarded = {"worth": COSTS, "rate": COSTS}
    facts = ("number", "order", "received_at", "supplier_note", "rate")
    search_hint = _("Number, order or supplier")
    default_sort = "-received"
    columns = (
        Column("number", _("Number"), sort="number", on_phone=True),
        Column("received", _("Received"), Kind.MOMENT, path="received_at", sort="received_at", on_phone=True),
        Column("order", _("Purchase order"), Kind.LINK, sort="order__number"),
        Column("supplier", _("Supplier"), path="order.supplier", sort="order__supplier__legal_name"),
        Column("lines", _("Lines"), Kind.NUMBER, batch=_came),
        Column("worth", _("Value"), Kind.MONEY, batch=_worth, needs=COSTS, currency=HOME),
        Column("note", _("Delivery note"), path="supplier_note"),
        Column("warehouse", _("Warehouse"), path="order.warehouse", shown=False),
    )

    @property
    def empty_text(self) -> str | Promise:
        return _("Receive the goods of a purchase order.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("order__supplier", "order__warehouse", "order__currency")

    def second_line(self, record: GoodsReceipt) -> str:
        return str(record.order.supplier)
