"""What stands on the papers with prices that sales sends to clients. Costs and margins have no place in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.customfields.kit import paper_facts
from core.documents.facts import Fact, PricedLine, PriceSheet, TaxRow, Term, Totals
from core.documents.letterhead import day_at, senders
from core.tax import line_net
from crm.selectors.receivers import contacts_of, delivery_place, receiver
from sales.models import Quote, SalesOrder
from sales.selectors.links import quote_links
from sales.selectors.options import sections_of


@dataclass(frozen=True)
class OwnFacts:
    """What own fields marked "on papers" say, by kind of record and key."""

    by_kind: dict[type, dict[int, tuple[Fact, ...]]]

    def of(self, *records: Any) -> list[Fact]:
        return [
            fact
            for record in records
            if record is not None
            for fact in self.by_kind.get(type(record), {}).get(record.pk, ())
        ]


def own_facts(*kinds: Iterable[Any]) -> OwnFacts:
    """The own facts of several lists of records, each list of one kind."""
    read = [[record for record in rows if record is not None] for rows in kinds]
    return OwnFacts({type(rows[0]): paper_facts(rows) for rows in read if rows})


def quote_sheets(ids: Sequence[int]) -> dict[int, PriceSheet]:
    """The facts of these quotes, by id; the number of statements does not grow with quotes or lines."""
    quotes = list(
        Quote.objects.filter(pk__in=ids)
        .select_related("deal__organization", "deal__owner", "legal_entity__client", "currency")
        .prefetch_related("lines__item__unit", "taxes")
    )
    letterheads = senders(quote.deal.organization for quote in quotes)
    contacts = contacts_of(quote.legal_entity.client_id for quote in quotes)
    links = quote_links(quotes)
    own = own_facts(
        [quote.deal for quote in quotes],
        [quote.legal_entity.client for quote in quotes],
        [line.item for quote in quotes for line in quote.lines.all()],
    )
    return {quote.pk: _quote_sheet(quote, letterheads, contacts, links.get(quote.pk, ""), own) for quote in quotes}


def _quote_sheet(
    quote: Quote, letterheads: dict[int, Any], contacts: dict[int, str], link: str, own: OwnFacts
) -> PriceSheet:
    deal, owner = quote.deal, quote.deal.owner
    lines = _in_order(quote.lines.all())
    revision = pgettext("printed paper", "version {number}").format(number=quote.revision)
    facts = [
        Fact(pgettext("printed paper", "Quote"), quote.number, strong=True, note=revision),
        Fact(pgettext("printed paper", "Date"), day_at(deal.organization, quote.sent_at or quote.drafted_at)),
    ]
    if quote.valid_until:
        facts.append(Fact(pgettext("printed paper", "Valid until"), quote.valid_until))
    if owner:
        facts.append(Fact(pgettext("printed paper", "Your contact"), str(owner)))
    facts += own.of(deal, quote.legal_entity.client)
    contact = contacts.get(quote.legal_entity.client_id, "")
    return PriceSheet(
        number=quote.number,
        title=deal.name,
        sender=letterheads[deal.organization_id],
        receiver=receiver(quote.legal_entity, pgettext("printed paper", "For"), contact=contact),
        facts=tuple(facts),
        lines=_in_sections(lines, own),
        options=priced_lines([line for line in lines if line.is_optional], own),
        totals=totals_of(quote, quote.taxes.all()),
        terms=_terms(quote.terms or letterheads[deal.organization_id].terms, quote.legal_entity.payment_days),
        sign_for=quote.legal_entity.legal_name,
        sign_by=str(owner or ""),
        link=link,
        prices_with_tax=quote.tax_included,
        shows_discount=any(line.discount_pct for line in lines),
    )


def order_sheets(ids: Sequence[int]) -> dict[int, PriceSheet]:
    """The facts of these orders, by id; the number of statements does not grow with orders or lines."""
    orders = list(
        SalesOrder.objects.filter(pk__in=ids)
        .select_related("organization", "owner", "legal_entity__client", "currency")
        .prefetch_related("lines__item__unit", "taxes")
    )
    letterheads = senders(order.organization for order in orders)
    own = own_facts(
        orders,
        [order.legal_entity.client for order in orders],
        [line.item for order in orders for line in order.lines.all()],
    )
    return {order.pk: _order_sheet(order, letterheads, own) for order in orders}


def _order_sheet(order: SalesOrder, letterheads: dict[int, Any], own: OwnFacts) -> PriceSheet:
    lines = _in_order(order.lines.all())
    facts = [
        Fact(pgettext("printed paper", "Order"), order.number, strong=True),
        Fact(pgettext("printed paper", "Date"), day_at(order.organization, order.confirmed_at or order.ordered_at)),
    ]
    if order.client_reference:
        facts.append(Fact(pgettext("printed paper", "Your order"), order.client_reference))
    if order.promised_on:
        facts.append(Fact(pgettext("printed paper", "Delivery on"), order.promised_on))
    if order.owner:
        facts.append(Fact(pgettext("printed paper", "Your contact"), str(order.owner)))
    facts += own.of(order, order.legal_entity.client)
    return PriceSheet(
        number=order.number,
        title=pgettext("printed paper", "Order confirmation"),
        sender=letterheads[order.organization_id],
        receiver=receiver(order.legal_entity, pgettext("printed paper", "For")),
        second=delivery_place(order.legal_entity, order.delivery_address, pgettext("printed paper", "Deliver to")),
        facts=tuple(facts),
        lines=priced_lines(lines, own),
        totals=totals_of(order, order.taxes.all(), freight=order.freight_amount),
        terms=_terms(order.terms or letterheads[order.organization_id].terms, order.payment_days),
        prices_with_tax=are_with_tax(lines),
        shows_discount=any(line.discount_pct for line in lines),
    )


def _terms(text: str, payment_days: int) -> tuple[Term, ...]:
    if payment_days:
        payment = ngettext(
            "Within {days} day of the invoice.", "Within {days} days of the invoice.", payment_days
        ).format(days=payment_days)
    else:
        payment = _("At once when the invoice arrives.")
    terms = [Term(pgettext("printed paper", "Payment"), payment)]
    if text.strip():
        terms.append(Term(pgettext("printed paper", "Terms"), text.strip()))
    return tuple(terms)


def _in_order(lines: Iterable[Any]) -> list[Any]:
    return sorted(lines, key=lambda line: line.position)


def priced_lines(lines: Iterable[Any], own: OwnFacts | None = None) -> tuple[PricedLine, ...]:
    """Lines of a quote, an order or an invoice, whose `item` and its unit are read already."""
    return tuple(
        PricedLine(
            title=line.text or (line.item.name if line.item else ""),
            code=line.item.sku if line.item else "",
            qty=line.qty,
            unit=line.item.unit.code if line.item else "",
            price=line.unit_price,
            discount_pct=line.discount_pct,
            net=line.net_amount,
            more=tuple(own.of(line.item)) if own is not None else (),
        )
        for line in lines
    )


def _in_sections(lines: Sequence[Any], own: OwnFacts) -> tuple[PricedLine, ...]:
    """Lines of a quote without its options; the first of each section with its heading and what it comes to."""
    found: list[PricedLine] = []
    for section in sections_of(lines):
        shown = priced_lines([line for line in section.lines if not line.is_optional], own)
        if shown and section.heading:
            shown = (replace(shown[0], heading=section.heading, section_net=section.net), *shown[1:])
        found += shown
    return tuple(found)


def totals_of(document: Any, taxes: Iterable[Any], *, freight: Decimal = Decimal(0)) -> Totals:
    """The stored sums of a document with its tax rows, the highest rate first."""
    rows = [TaxRow(tax.percent, tax.net_amount, tax.tax_amount) for tax in sorted(taxes, key=lambda tax: -tax.percent)]
    if sum((row.tax for row in rows), Decimal(0)) != document.tax_amount:  # history may come without its rates
        rows = [TaxRow(None, document.net_amount, document.tax_amount)]
    return Totals(
        net=document.net_amount,
        gross=document.gross_amount,
        currency=document.currency_id,
        decimals=document.currency.decimals,
        taxes=tuple(rows),
        freight=freight,
    )


def are_with_tax(lines: Iterable[Any]) -> bool:
    """Do the prices of these lines include the tax? Documents made from gross prices keep them, and store nets."""
    for line in lines:
        worth = line_net(qty=line.qty, price=line.unit_price, discount_pct=line.discount_pct)
        net = worth * 100 / (100 + line.tax_percent)
        if line.tax_percent and abs(worth - line.net_amount) > Decimal("0.02") > abs(net - line.net_amount):
            return True
    return False
