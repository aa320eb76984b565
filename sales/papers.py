"""The papers of sales: quote, order confirmation, delivery note, picking list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.documents.papers import Paper, add
from sales.choices import OrderStatus, QuoteStatus
from sales.models import Quote, SalesOrder, Shipment
from sales.selectors.goods_papers import delivery_sheets, picking_sheets
from sales.selectors.papers import order_sheets, quote_sheets


@add
class QuotePaper(Paper):
    kind, model, view_action = "sales.quote", Quote, "sales.view_quote"
    label = _("Quote")
    template = "documents/quote.html"

    def is_draft(self, record: Quote) -> bool:
        return record.status == QuoteStatus.DRAFT

    def language(self, record: Quote) -> str:
        return record.legal_entity.client.language

    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        return quote_sheets(ids)


@add
class OrderPaper(Paper):
    kind, model, view_action = "sales.order", SalesOrder, "sales.view_salesorder"
    label = _("Order confirmation")
    template = "documents/order.html"

    def refusal(self, record: SalesOrder) -> str | Promise:
        return _("the order is cancelled.") if record.status == OrderStatus.CANCELLED else ""

    def is_draft(self, record: SalesOrder) -> bool:
        return record.status == OrderStatus.DRAFT

    def language(self, record: SalesOrder) -> str:
        return record.client.language

    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        return order_sheets(ids)


@add
class PickingList(Paper):
    """What of an order lies in stock and where; in the language of the house."""

    kind, model, view_action = "sales.picking_list", SalesOrder, "sales.view_salesorder"
    label = _("Picking list")
    icon = "checklist"
    template = "documents/picking_list.html"

    def refusal(self, record: SalesOrder) -> str | Promise:
        open_states = {OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS}
        return "" if record.status in open_states else _("the order is not open for delivery.")

    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        return picking_sheets(ids)


@add
class DeliveryNote(Paper):
    kind, model, view_action = "sales.delivery_note", Shipment, "sales.view_shipment"
    label = _("Delivery note")
    icon = "truck-delivery"
    template = "documents/delivery_note.html"

    def language(self, record: Shipment) -> str:
        return record.order.client.language

    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        return delivery_sheets(ids)
