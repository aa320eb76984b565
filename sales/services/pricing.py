"""Setting prices, and asking for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from core import policy
from core.actors import Actor, user_or_none
from core.transactions import command
from sales.models import PriceList, PriceRule
from sales.selectors.prices import WinningPrice, winning_prices


def price_for(
    *,
    item_ids: Sequence[int],
    legal_entity_id: int | None,
    on: date,
    qtys: Mapping[int, Decimal] | None = None,
    branch_id: int | None = None,
    currency_id: str | None = None,
) -> dict[int, WinningPrice]:
    """The winning price per item, as `selectors.prices.winning_prices` finds it."""
    return winning_prices(
        item_ids=item_ids,
        legal_entity_id=legal_entity_id,
        on=on,
        qtys=qtys,
        branch_id=branch_id,
        currency_id=currency_id,
    )


@command
def create_price_list(
    *,
    code: str,
    name: str,
    currency_id: str,
    by: Actor,
    segment: str = "",
    branch_id: int | None = None,
    client_id: int | None = None,
    legal_entity_id: int | None = None,
    tax_included: bool = False,
) -> PriceList:
    """Start a price list for everybody or for those it names. The same code returns the first one."""
    policy.require(by, "sales.set_up_prices")
    first = PriceList.objects.filter(code=code).first()
    return first or PriceList.objects.create(
        code=code, name=name, currency_id=currency_id, segment=segment, branch_id=branch_id, client_id=client_id,
        legal_entity_id=legal_entity_id, tax_included=tax_included, created_by=user_or_none(by),
    )  # fmt: skip


@command
def change_price_list(
    *, price_list_id: int, changes: dict[str, Any], by: Actor, version: int | None = None
) -> PriceList:
    """Change columns of a price list; the same values again change nothing. Locks it. Raises StaleVersion."""
    prices = PriceList.objects.locked().get(pk=price_list_id)
    policy.require(by, "sales.set_up_prices")
    prices.expect_version(version)
    different = {name: value for name, value in changes.items() if getattr(prices, name) != value}
    for name, value in different.items():
        setattr(prices, name, value)
    if different:
        prices.updated_by = user_or_none(by)
        prices.save(update_fields=[*(name.removesuffix("_id") for name in different), "updated_by"])
    return prices


@command
def remove_price(*, rule_id: int, by: Actor) -> None:
    """Take a price out of its list; what was quoted with it keeps it. One that is gone is gone."""
    policy.require(by, "sales.set_up_prices")
    PriceRule.objects.filter(pk=rule_id).delete()


@command
def set_price(
    *,
    price_list_id: int,
    by: Actor,
    price: Decimal | None = None,
    percent_off: Decimal | None = None,
    item_id: int | None = None,
    category_id: int | None = None,
    min_qty: Decimal = Decimal(0),
    valid: tuple[date | None, date | None] | None = None,
) -> PriceRule:
    """Set a price per base unit (or a percentage off the general one) from a quantity, in a period [from, to).

    The same target, quantity and period again brings that rule up to date. Locks the price list.
    """
    policy.require(by, "sales.set_up_prices")
    prices = PriceList.objects.locked().get(pk=price_list_id)
    target: dict[str, Any] = {"item_id": item_id, "category_id": category_id, "min_qty": min_qty, "valid": valid}
    rule, _created = PriceRule.objects.update_or_create(
        price_list=prices, **target,
        defaults={"price": price, "percent_off": percent_off},
    )  # fmt: skip
    return rule
