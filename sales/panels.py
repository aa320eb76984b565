"""What sales tells on the cards and in the lists of clients: open deals, orders, and why one must stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import policy
from core.prepared import prepared
from core.remembered import remembered
from core.ui import amounts, bins, panels, registers
from core.ui.panels import Act, Panel, Stat
from core.ui.shell import address
from core.ui.tables import HOME, Column, Kind
from crm.models import Client, Lead
from sales import deal_panels, relations
from sales.choices import DealStatus, OrderStatus, QuoteStatus
from sales.models import Deal, PriceList, Quote, SalesOrder, Shipment
from sales.selectors.pegged_purchases import purchases_of_order

SHOWN = 5
YEAR = timedelta(days=365)
NO_SUM = (Decimal(0), 0)
OPEN_ORDERS = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS)


def open_deals(ids: list[int], user: Any) -> dict[int, Decimal]:
    """What the open deals of each client are worth, as far as the user may see them."""
    return dict(_open_deals(ids, user))


@prepared
def _open_deals(ids: Any, user: Any) -> QuerySet[Any, Any]:
    rows = Deal.objects.visible_to(user).filter(client__in=ids, status=DealStatus.OPEN)
    return rows.order_by().values("client").annotate(total=Sum("amount")).values_list("client", "total")


@remembered
def _deals_added(client: Any, user: Any) -> QuerySet[Any, Any]:
    rows = Deal.objects.visible_to(user).filter(client=client, status=DealStatus.OPEN)
    return rows.order_by().values("client").values_list(Sum("amount"), Count("pk"))


@remembered
def _orders_added(client: Any, since: Any, user: Any) -> QuerySet[Any, Any]:
    rows = SalesOrder.objects.visible_to(user).filter(client=client, ordered_at__gte=since)
    rows = rows.exclude(status__in=(OrderStatus.DRAFT, OrderStatus.CANCELLED))
    return rows.order_by().values("client").values_list(Sum("net_amount"), Count("pk"))


@remembered
def _newest_deals(client: Any, user: Any) -> QuerySet[Any]:
    rows = registers.with_people(Deal.objects.visible_to(user).filter(client=client), "owner").select_related("stage")
    return rows.order_by(F("closed_at").desc(nulls_first=True), "-opened_at")[: SHOWN + 1]


@remembered
def _newest_orders(client: Any, user: Any) -> QuerySet[Any]:
    rows = SalesOrder.objects.visible_to(user).filter(client=client).exclude(status=OrderStatus.DRAFT)
    return rows.select_related("deal").order_by("-ordered_at")[: SHOWN + 1]


def client_stats(client: Client, user: Any) -> Iterable[Stat]:
    """Open deals, and the orders of the last twelve months (one statement each)."""
    if policy.allows(user, "sales.view_deal"):
        total, count = next(iter(_deals_added(client.pk, user)), NO_SUM)
        said = ngettext("%(count)d deal", "%(count)d deals", count) % {"count": count}
        url = f"{address('sales:deal_list')}?status=open&client={client.pk}"
        yield Stat(_("Open deals"), amounts.whole_home_money(total), said, url=url)
    if policy.allows(user, "sales.view_salesorder"):
        total, count = next(iter(_orders_added(client.pk, timezone.now() - YEAR, user)), NO_SUM)
        said = ngettext("%(count)d order", "%(count)d orders", count) % {"count": count}
        yield Stat(_("Orders, 12 months"), amounts.whole_home_money(total), said)


def deals(client: Client, user: Any) -> dict[str, Any] | None:
    """The open deals first, then the last ones that were closed."""
    found = _newest_deals(client.pk, user)
    may_open = policy.allows(user, "sales.open_deal")
    known = {"deals": found[:SHOWN], "more": len(found) > SHOWN, "may_open": may_open}
    return known if found or may_open else None


def orders(client: Client, user: Any) -> dict[str, Any] | None:
    found = _newest_orders(client.pk, user)
    if not found:
        return None
    names_deals = policy.allows(user, "sales.view_deal")
    there = f"{address('sales:order_list')}?client={client.pk}" if len(found) > SHOWN else ""
    return {**relations.order_box(client, found[:SHOWN], user), "names_deals": names_deals, "all_url": there}


def client_acts(client: Client, user: Any) -> list[Act]:
    """A new deal with the client, from the head of the card."""
    if not policy.allows(user, "sales.open_deal"):
        return []
    return [Act(_("Deal"), "plus", f"{address('sales:deal_new')}?client={client.pk}", primary=True)]


def still_needed(record: Any) -> str:
    """A client with open deals or orders stays, and so does a deal that was closed or offered."""
    if isinstance(record, Deal):
        if record.status != DealStatus.OPEN:
            return _("It is closed, and the reports count it.")
        if Quote.objects.filter(deal=record).exclude(status=QuoteStatus.DRAFT).exists():
            return _("The client has a quote for it.")
        return ""
    if not isinstance(record, Client):
        return ""
    if Deal.objects.filter(client=record, status=DealStatus.OPEN, binned_at=None).exists():
        return _("It has open deals.")
    if SalesOrder.objects.filter(client=record, status__in=OPEN_ORDERS).exists():
        return _("It has open orders.")
    return ""


deal_panels.connect()
bins.objections.joined_by(still_needed)
registers.contribute(
    "crm.client",
    Column(
        "open_deals", gettext_lazy("Open deals"), Kind.MONEY, batch=open_deals, needs="sales.view_deal", currency=HOME
    ),
)
panels.add_stats(Client, client_stats)
panels.add_acts(Client, client_acts)
panels.add_acts(Lead, relations.lead_acts)
panels.add(Client, Panel("deals", "sales/_client_deals.html", deals, order=20, needs="sales.view_deal"))
panels.add(Client, Panel("orders", "sales/_client_orders.html", orders, order=30, needs="sales.view_salesorder"))
panels.add(
    Client, Panel("quotes", "sales/_client_quotes.html", relations.client_quotes, order=25, needs="sales.view_quote")
)

panels.add(Deal, Panel("quotes", "sales/_deal_quotes.html", relations.deal_quotes, order=30, needs="sales.view_quote"))
panels.add(
    Deal, Panel("orders", "sales/_client_orders.html", relations.deal_orders, order=35, needs="sales.view_salesorder")
)
panels.add_acts(Deal, relations.deal_acts)

panels.add(Quote, Panel("lines", "sales/_quote_lines.html", relations.quote_lines, order=10))
panels.add(
    Quote,
    Panel("approvals", "sales/_approvals.html", relations.quote_approvals, "side", 10, needs="sales.view_approval"),
)
panels.add(Quote, Panel("page", "sales/_quote_public_link.html", relations.quote_page, "side", 20))

panels.add(SalesOrder, Panel("lines", "sales/_order_lines.html", relations.order_lines, order=10))
panels.add(
    SalesOrder,
    Panel("shipments", "sales/_order_shipments.html", relations.order_shipments, order=40, needs="sales.view_shipment"),
)
panels.add(SalesOrder, Panel("steps", "sales/_order_steps.html", relations.order_steps, order=50))
panels.add(SalesOrder, Panel("promise", "sales/_order_promise.html", relations.order_promise, "side", 10))
panels.add(SalesOrder, Panel("page", "sales/_quote_public_link.html", relations.order_page, "side", 40))
panels.add(Shipment, Panel("lines", "sales/_shipment_lines.html", relations.shipment_lines, order=10))
panels.add(PriceList, Panel("rules", "sales/_price_rules.html", relations.price_rules, order=10))
panels.add(
    SalesOrder,
    Panel(
        "purchases",
        "sales/_order_purchases.html",
        purchases_of_order,
        order=60,
        needs="inventory.view_purchaseorder",
    ),
)
