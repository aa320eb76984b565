"""From what somebody wants to buy to priced, taxed lines; the same for quotes and orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.models import Organization
from core.money import ZERO, unit_price
from core.quantities import qty as to_qty
from core.tax import DocumentTotals, document_totals, line_net, nets_from_gross
from crm.models import LegalEntity
from inventory.models import Item
from sales.errors import EmptyDocument, EntityEnded, LineOutOfRange, PriceMissing, TaxMissing
from sales.selectors.prices import WinningPrice, winning_prices
from sales.selectors.taxes import rates_on


@dataclass(frozen=True)
class LineDraft:
    """`qty` base units of an item; without a `unit_price` the price lists say it. Discount in percent.

    `heading` opens a section of a quote; an optional line is outside its sums.
    """

    item_id: int
    qty: Decimal
    discount_pct: Decimal = ZERO
    unit_price: Decimal | None = None
    text: str = ""
    heading: str = ""
    is_optional: bool = False


@dataclass(frozen=True)
class PricedLine:
    """A line with its price, the tax rate of the day, and its net rounded once."""

    item: Item
    qty: Decimal
    unit_price: Decimal
    discount_pct: Decimal
    tax_percent: Decimal
    net: Decimal
    text: str = ""
    trace: dict[str, Any] = field(default_factory=dict)
    heading: str = ""
    is_optional: bool = False


def day_of(at: datetime, organization: Organization) -> date:
    """The organisation's own date at a moment."""
    return at.astimezone(ZoneInfo(organization.time_zone)).date()


def require_valid(entity: LegalEntity, on: date) -> None:
    """Raise EntityEnded when a legal entity cannot sign on a day."""
    if (entity.valid_from and on < entity.valid_from) or (entity.valid_to and on > entity.valid_to):
        raise EntityEnded(entity=entity, on=on)


def priced_lines(
    drafts: Sequence[LineDraft],
    *,
    legal_entity_id: int,
    on: date,
    currency_id: str,
    branch_id: int | None = None,
    tax_included: bool = False,
) -> list[PricedLine]:
    """Price and tax the lines of a document (at most seven statements for any number of lines).

    With `tax_included` prices are gross and each net is backed out of them; a listed price of the other kind is
    converted first. A document of options alone is empty. Raises EmptyDocument, LineOutOfRange, PriceMissing,
    TaxMissing.
    """
    if all(draft.is_optional for draft in drafts):
        raise EmptyDocument()
    items = Item.objects.select_related("unit").in_bulk({draft.item_id for draft in drafts})
    for draft in drafts:
        _check(draft, items[draft.item_id])
    rates = rates_on([item.tax_id for item in items.values() if item.tax_id], on)
    asked: dict[int, Decimal] = {}
    for draft in drafts:
        if draft.unit_price is None:
            asked[draft.item_id] = asked.get(draft.item_id, ZERO) + draft.qty
    prices: dict[int, WinningPrice] = {}
    if asked:
        prices = winning_prices(
            item_ids=sorted(asked), legal_entity_id=legal_entity_id, on=on, qtys=asked, branch_id=branch_id,
            currency_id=currency_id,
        )  # fmt: skip
    lines: list[PricedLine] = []
    for draft in drafts:
        item = items[draft.item_id]
        percent = _percent(item, rates, on)
        price, trace = _price(draft, item, prices, percent=percent, tax_included=tax_included, on=on)
        quantity = to_qty(draft.qty)
        amount = line_net(qty=quantity, price=price, discount_pct=draft.discount_pct)
        lines.append(
            PricedLine(
                item,
                quantity,
                price,
                draft.discount_pct,
                percent,
                amount,
                draft.text or item.name,
                trace,
                draft.heading.strip(),
                draft.is_optional,
            )
        )
    return _backed_out(lines) if tax_included else lines


def _check(draft: LineDraft, item: Item) -> None:
    price_ok = draft.unit_price is None or draft.unit_price >= 0
    if to_qty(draft.qty) <= 0 or not price_ok or not 0 <= draft.discount_pct <= 100:
        raise LineOutOfRange(sku=item.sku)


def _percent(item: Item, rates: dict[int, Decimal], on: date) -> Decimal:
    if item.tax_id is None:
        return ZERO
    if item.tax_id not in rates:
        raise TaxMissing(sku=item.sku, on=on)
    return rates[item.tax_id]


def _price(
    draft: LineDraft,
    item: Item,
    prices: dict[int, WinningPrice],
    *,
    percent: Decimal,
    tax_included: bool,
    on: date,
) -> tuple[Decimal, dict[str, Any]]:
    if draft.unit_price is not None:
        return unit_price(draft.unit_price), {"level": "by hand", "price": str(draft.unit_price)}
    found = prices.get(draft.item_id)
    if found is None:
        raise PriceMissing(sku=item.sku, on=on)
    if found.tax_included == tax_included:
        return found.unit_price, found.trace
    factor = (100 + percent) / Decimal(100)
    price = unit_price(found.unit_price * factor if tax_included else found.unit_price / factor)
    return price, {**found.trace, "converted_at_tax": str(percent)}


def _backed_out(lines: list[PricedLine]) -> list[PricedLine]:
    """Nets out of gross prices: the lines of the sums together, so that no cent is lost; each option for itself."""
    fixed = iter(nets_from_gross([(line.net, line.tax_percent) for line in lines if not line.is_optional]))
    return [
        replace(line, net=nets_from_gross([(line.net, line.tax_percent)])[0] if line.is_optional else next(fixed))
        for line in lines
    ]


def totals_of(lines: Sequence[PricedLine]) -> DocumentTotals:
    """Net, tax per rate and gross of a document without its options.

    core.tax: nets are grouped by rate, tax is rounded once per group.
    """
    return document_totals([(line.net, line.tax_percent) for line in lines if not line.is_optional])
