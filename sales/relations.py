"""What the cards show in boxes: lines, approvals and clients' pages of quotes and orders, and both on deals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core import policy
from core.models import Attachment
from core.money import ZERO
from core.remembered import remembered
from core.services.records import type_of
from core.ui import box_columns
from core.ui.panels import Act
from crm.choices import LeadStatus
from sales.choices import ApprovalStatus, DealStatus, OrderCostKind, OrderStatus, QuoteStatus
from sales.models import Deal, OrderCost, PriceList, Quote, SalesOrder, Shipment
from sales.registers.quotes import margin_of
from sales.selectors.delivered import delivered_shares
from sales.selectors.links import order_link, quote_links
from sales.selectors.options import sections_of
from sales.selectors.orders import is_goods
from sales.selectors.progress import line_states
from sales.selectors.quotes import worth_of
from sales.selectors.thread import order_thread
from sales.services.clients_answers import SIGNATURE

SHOWN = 5
RULES_SHOWN = 200
SEE_COSTS = "sales.view_costs"
OPEN = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS)


def quote_lines(quote: Quote, user: Any) -> dict[str, Any]:
    from sales.views.shown_lines import told_price

    lines = list(quote.lines.select_related("item__unit").order_by("position"))
    may_edit = quote.status == QuoteStatus.DRAFT and policy.allows(user, "sales.draft_quote", quote)
    opens = {section.lines[0].pk: section for section in sections_of(lines)}
    return {
        "rows": [(line, margin_of(line), told_price(line.price_trace), opens.get(line.pk)) for line in lines],
        "worth": worth_of(quote, lines),
        "taxes": list(quote.taxes.order_by("-percent")),
        "sees_costs": policy.allows(user, SEE_COSTS),
        "currency": quote.currency_id,
        "edit_url": reverse("sales:quote_edit_lines", args=[quote.pk]) if may_edit else "",
    }


def quote_approvals(quote: Quote, user: Any) -> dict[str, Any] | None:
    found = list(quote.approvals.select_related("asked_by", "decided_by").order_by("-asked_at", "-pk")[:SHOWN])
    if not found:
        return None
    may_decide = policy.allows(user, "sales.decide_approval", quote)
    waiting = {one.pk for one in found if one.status == ApprovalStatus.ASKED and one.asked_by_id != user.pk}
    return {
        "approvals": found,
        "decidable": waiting if may_decide else set(),
        "worth": worth_of(quote, quote.lines.order_by("position")),
        "sees_costs": policy.allows(user, SEE_COSTS),
    }


def quote_page(quote: Quote, user: Any) -> dict[str, Any] | None:
    """The client's page of a sent quote and, once accepted, who signed."""
    if quote.status == QuoteStatus.DRAFT:
        return None
    link = quote_links([quote]).get(quote.pk, "")
    signature = Attachment.objects.filter(record_type=type_of(Quote), record_id=quote.pk, kind=SIGNATURE).first()
    if not (link or signature or quote.accepted_by_name):
        return None
    return {
        "link": link,
        "accepted_by": quote.accepted_by_name,
        "accepted_at": quote.decided_at,
        "signature": signature,
    }


def order_lines(order: SalesOrder, user: Any) -> dict[str, Any]:
    lines = list(order.lines.select_related("item__unit").order_by("position"))
    return {
        "states": line_states(lines),
        "taxes": list(order.taxes.order_by("-percent")),
        "currency": order.currency_id,
        "is_open": order.status in OPEN,
    }


def steps_of(order: SalesOrder) -> list[Any]:
    """The order's thread, read once for a page that shows it twice."""
    known: list[Any] | None = getattr(order, "_steps", None)
    if known is None:
        known = order._steps = order_thread(order.pk)  # type: ignore[attr-defined]
    return known


def order_steps(order: SalesOrder, user: Any) -> dict[str, Any]:
    return {"steps": steps_of(order)}


def order_promise(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    if order.status == OrderStatus.CANCELLED:
        return None
    return {"is_open": order.status in OPEN, "delivery_url": reverse("sales:order_delivery", args=[order.pk])}


def order_page(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    """The page on which the client follows his order: opened and withdrawn here."""
    if order.status == OrderStatus.DRAFT:
        return None
    may_change = policy.allows(user, "sales.change_order", order)
    link = order_link(order)
    return {
        "link": link,
        "open_url": reverse("sales:order_page_open", args=[order.pk]) if may_change else "",
        "close_url": reverse("sales:order_page_close", args=[order.pk]) if may_change and link else "",
    } if link or may_change else None  # fmt: skip


def order_shipments(order: SalesOrder, user: Any) -> dict[str, Any] | None:
    if order.status == OrderStatus.DRAFT:
        return None
    lines = order.lines.select_related("item")
    waits = order.status in OPEN and any(is_goods(line) and line.shipped_qty < line.qty for line in lines)
    may_ship = waits and policy.allows(user, "sales.ship_order", order)
    return {
        "shipments": list(order.shipments.order_by("shipped_at", "pk")),
        "ship_url": reverse("sales:order_ship", args=[order.pk]) if may_ship else "",
    }


def shipment_lines(shipment: Shipment, user: Any) -> dict[str, Any]:
    rows = shipment.lines.select_related("order_line__item__unit", "lot", "move").order_by("order_line__position", "pk")
    lines = list(rows)
    sees_costs = policy.allows(user, SEE_COSTS)
    carrier = None
    if sees_costs:
        booked = OrderCost.objects.filter(kind=OrderCostKind.TRANSPORT, source_key=f"sales.carrier:{shipment.pk}")
        carrier = booked.values_list("amount", flat=True).first()
    return {
        "lines": lines,
        "sees_costs": sees_costs,
        "goods_cost": sum((line.move.value for line in lines), ZERO) if sees_costs else None,
        "carrier_cost": carrier,
        "currency": shipment.order.currency_id,
    }


def price_rules(prices: PriceList, user: Any) -> dict[str, Any]:
    rows = prices.rules.select_related("item", "category").order_by("item__sku", "category__name", "min_qty", "pk")
    found = list(rows[: RULES_SHOWN + 1])
    more = prices.rules.count() - RULES_SHOWN if len(found) > RULES_SHOWN else 0
    return {
        "rules": found[:RULES_SHOWN],
        "more": more,
        "may_set": policy.allows(user, "sales.set_up_prices"),
    }


def deal_quotes(deal: Deal, user: Any) -> dict[str, Any] | None:
    """All versions of a deal's quote, and the button for the first or the next one."""
    may_draft = deal.status == DealStatus.OPEN and policy.allows(user, "sales.draft_quote", deal)
    found = list(Quote.objects.visible_to(user).filter(deal=deal).order_by("-revision"))
    if not found and not may_draft:
        return None
    return {
        "rows": [(quote, margin_of(quote)) for quote in found],
        "sees_costs": policy.allows(user, SEE_COSTS),
        "draft_url": reverse("sales:quote_draft", args=[deal.pk]) if may_draft else "",
    }


def lead_acts(lead: Any, user: Any) -> list[Act]:
    """Go on to the deal that a lead became."""
    if lead.status != LeadStatus.QUALIFIED:
        return []
    deal = Deal.objects.visible_to(user).filter(lead=lead).first()
    return (
        [Act(_("Open the deal"), "arrow-right", reverse("sales:deal_card", args=[deal.pk]), primary=True)]
        if deal
        else []
    )


def deal_acts(deal: Deal, user: Any) -> list[Act]:
    """Write the quote, from the head of the deal."""
    if deal.status != DealStatus.OPEN or not policy.allows(user, "sales.draft_quote", deal):
        return []
    return [Act(_("Quote"), "file-description", reverse("sales:quote_draft", args=[deal.pk]))]


def deal_orders(deal: Deal, user: Any) -> dict[str, Any] | None:
    """The orders of a deal."""
    found = list(SalesOrder.objects.visible_to(user).filter(deal=deal).order_by("-ordered_at")[:SHOWN])
    return order_box(deal, found, user) if found else None


def order_box(record: Any, orders: Sequence[SalesOrder], user: Any) -> dict[str, Any]:
    """Orders on a card, how much of each is delivered, and what the apps above know of them."""
    delivered = delivered_shares([order.pk for order in orders])
    added = box_columns.of("sales.orders", record, orders, user)
    rows = [(order, delivered.get(order.pk), cells) for order, cells in added.rows]
    return {"rows": rows, "labels": added.labels}


@remembered
def _client_quotes(client: Any, user: Any) -> QuerySet[Any]:
    rows = Quote.objects.visible_to(user).filter(deal__client=client).select_related("deal", "currency")
    return rows.order_by("-drafted_at")[:SHOWN]


def client_quotes(client: Any, user: Any) -> dict[str, Any] | None:
    """The client's newest quotes."""
    found = _client_quotes(client.pk, user)
    return {"quotes": found} if found else None
