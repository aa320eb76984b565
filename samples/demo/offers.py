"""What stands open today: a draft that waits for an approval, a quote that is out, orders on their way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.actors import SYSTEM
from core.models import User
from crm.models import Client, LegalEntity
from production.services import estimates as production_estimates
from sales.choices import EstimateKind
from sales.models import Deal
from sales.services import clients_answers, deals, estimates, orders, pricing, quote_drafts, quotes

TERMS = "Delivery within four weeks of the order. Assembly from 8 to 16 o'clock, the way to the lift kept free."


def leave_open(
    *, sellers: list[User], planner: User, items: Mapping[str, int], branch_id: int, warehouse_id: int, at: datetime
) -> None:
    """Open business at the end of the demo: each screen of quotes and orders has something to show."""
    _trade_prices(items, at.date())
    known = list(Client.objects.filter(is_customer=True, status="active").order_by("-pk")[:6])
    clients = [known[number % len(known)] for number in range(6)] if known else []  # a short demo has fewer
    if not clients:
        return
    lines = [
        [("DSK-160", 6, 5), ("CAB-80", 6, 5), ("INST", 1, 0), ("DLV", 1, 0)],
        [("GP-300", 4, "8.5"), ("GD-90", 2, "8.5"), ("INST", 1, 0), ("DLV", 1, 0)],
        [("TBL-240", 2, 0), ("DSK-160", 4, "2.5"), ("DLV", 1, 0)],
        [("GP-200", 3, 3), ("INST", 1, 0), ("DLV", 1, 0)],
    ]
    names = ["Desks for the second floor", "Glass fronts, whole ground floor", "Board room", "Partitions by the lifts"]
    made = []
    for number, client in enumerate(clients[:4]):
        seller = sellers[number % len(sellers)]
        since = at - timedelta(days=6 - number, hours=3)
        deal = _deal(client, names[number], seller, branch_id, since)
        _estimate(deal, lines[number], items, seller, planner, since)
        made.append(_quote(deal, lines[number], items, seller, since + timedelta(hours=2)))
    _draft, asked, out, won = made
    quotes.request_approval(
        quote_id=asked.pk, at=at - timedelta(hours=5), by=asked.deal.owner,
        reason="They take the whole ground floor, and the second follows in spring.",
    )  # fmt: skip
    for quote in (out, won):
        quotes.send_quote(quote_id=quote.pk, at=at - timedelta(days=2), by=quote.deal.owner, stage_code="proposal")
    order = quotes.accept_quote(
        quote_id=won.pk, at=at - timedelta(hours=20), by=won.deal.owner, accepted_by_name="Ines Ferreira",
        warehouse_id=warehouse_id,
    )  # fmt: skip
    clients_answers.open_order_page(order_id=order.pk, at=at, by=won.deal.owner)
    _without_a_quote(clients[4], sellers[0], items, branch_id, warehouse_id, at)


def _deal(client: Client, name: str, seller: User, branch_id: int, at: datetime) -> Deal:
    entity = LegalEntity.objects.filter(client=client, valid_to=None).order_by("pk").first()
    return deals.open_deal(
        at=at, by=SYSTEM, client_id=client.pk, legal_entity_id=entity.pk if entity else None, branch_id=branch_id,
        amount=Decimal(4000), owner_id=seller.pk, name=name,
    )  # fmt: skip


def _estimate(deal: Deal, lines: list, items: Mapping[str, int], seller: User, planner: User, at: datetime) -> None:  # type: ignore[type-arg]
    """What it costs, asked of production and answered within the hour."""
    deals.move_deal(deal_id=deal.pk, stage_code="estimate", at=at + timedelta(minutes=10), by=seller)
    asked = estimates.request_estimate(
        deal_id=deal.pk, lines=[(items[sku], Decimal(qty)) for sku, qty, _discount in lines],
        at=at + timedelta(minutes=10), by=seller,
    )  # fmt: skip
    extra = [
        (items["INST"], EstimateKind.INSTALLATION, Decimal(250)),
        (items["DLV"], EstimateKind.TRANSPORT, Decimal(52)),
    ]
    known = {sku for sku, _qty, _discount in lines}
    production_estimates.answer_request(
        request_id=asked.pk, at=at + timedelta(hours=1), by=planner,
        extra=[part for part, sku in zip(extra, ("INST", "DLV"), strict=True) if sku in known],
    )  # fmt: skip


def _quote(deal: Deal, lines: list, items: Mapping[str, int], seller: User, at: datetime):  # type: ignore[type-arg,no-untyped-def]
    services = next((number for number, (sku, *_rest) in enumerate(lines) if sku in ("INST", "DLV")), len(lines))
    headings = {0: "Furniture", services: "On site"}
    drafts = [
        quotes.LineDraft(
            items[sku], Decimal(qty), discount_pct=Decimal(str(discount)), heading=headings.get(number, "")
        )
        for number, (sku, qty, discount) in enumerate(lines)
    ]
    if "INST" not in [sku for sku, *_rest in lines]:  # the client may put it together himself
        drafts.append(quotes.LineDraft(items["INST"], Decimal(1), is_optional=True))
    return quote_drafts.draft_quote(
        deal_id=deal.pk, legal_entity_id=deal.legal_entity_id, lines=drafts, at=at, by=seller, terms=TERMS,
        valid_until=(at + timedelta(days=30)).date(),
    )  # fmt: skip


def _trade_prices(items: Mapping[str, int], today: date) -> None:
    """A list for traders: less from ten desks on, and a tenth off everything else."""
    trade = pricing.create_price_list(code="trade", name="Trade", currency_id="EUR", segment="Trade", by=SYSTEM)
    for qty, price in ((0, "449.00"), (10, "429.00")):
        pricing.set_price(
            price_list_id=trade.pk, item_id=items["DSK-160"], price=Decimal(price), min_qty=Decimal(qty), by=SYSTEM
        )
    pricing.set_price(price_list_id=trade.pk, percent_off=Decimal(10), valid=(date(today.year, 1, 1), None), by=SYSTEM)


def _without_a_quote(
    client: Client, seller: User, items: Mapping[str, int], branch_id: int, warehouse_id: int, at: datetime
) -> None:
    """A spare part ordered on the phone, still a draft."""
    entity = LegalEntity.objects.filter(client=client, valid_to=None).order_by("pk").first()
    if entity is not None:
        orders.create_order(
            legal_entity_id=entity.pk, lines=[quotes.LineDraft(items["DSK-160"], Decimal(1))], at=at, by=seller,
            branch_id=branch_id, warehouse_id=warehouse_id, owner_id=seller.pk, client_reference="4500-77",
            wished_on=(at + timedelta(days=14)).date(), key="demo-phone",
        )  # fmt: skip
