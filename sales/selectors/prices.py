"""Which price holds for an item, a buyer, a day and a quantity: always the same one, and it can say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from core.money import unit_price
from core.quantities import show
from crm.models import LegalEntity
from inventory.models import Item, ItemCategory
from sales.models import PriceList, PriceRule

ENTITY, CLIENT, SEGMENT, BRANCH, GENERAL = 5, 4, 3, 2, 1
LEVELS = {ENTITY: "legal entity", CLIENT: "client", SEGMENT: "segment", BRANCH: "branch", GENERAL: "general"}
ONE = Decimal(1)


@dataclass(frozen=True)
class WinningPrice:
    """The price of one base unit in the currency of its list, net unless `tax_included`, and how it was found."""

    item_id: int
    unit_price: Decimal
    tax_included: bool
    trace: dict[str, Any] = field(default_factory=dict)
    currency_id: str = ""


def winning_prices(
    *,
    item_ids: Sequence[int],
    legal_entity_id: int | None,
    on: date,
    qtys: Mapping[int, Decimal] | None = None,
    branch_id: int | None = None,
    currency_id: str | None = None,
) -> dict[int, WinningPrice]:
    """The winning price per item; items without any are absent. At most four statements for any number of items.

    The list of the legal entity beats the client's, the client's segment's, the branch's and the general one;
    inside a list a rule for the item beats one for its category (the nearest first) and one for everything; then
    the larger minimum quantity, the later start, the larger id. A percentage is taken off the general price.
    """
    entity = None
    if legal_entity_id is not None:
        entity = LegalEntity.objects.select_related("client").get(pk=legal_entity_id)
    if branch_id is None and entity is not None:
        branch_id = entity.client.branch_id
    above = _categories_above(dict(Item.objects.filter(pk__in=item_ids).values_list("pk", "category_id")))
    rules = _rules(item_ids, {pk for chain in above.values() for pk in chain}, on, currency_id)
    by_target: dict[tuple[str, int | None], list[PriceRule]] = {}
    for rule in rules:
        by_target.setdefault(_target(rule), []).append(rule)
    found: dict[int, WinningPrice] = {}
    for item_id, chain in above.items():
        asked = (qtys or {}).get(item_id, ONE)
        ranked: list[tuple[tuple[Any, ...], PriceRule]] = []
        targets = [("all", None), *(("category", pk) for pk in reversed(chain)), ("item", item_id)]
        for nearness, target in enumerate(targets):
            for rule in by_target.get(target, ()):
                level = _level(rule.price_list, entity, branch_id)
                if level and rule.min_qty <= asked:
                    ranked.append(((level, nearness, rule.min_qty, _start(rule), rule.pk), rule))
        price = _price(item_id, ranked)
        if price is not None:
            found[item_id] = price
    return found


def _price(item_id: int, ranked: list[tuple[tuple[Any, ...], PriceRule]]) -> WinningPrice | None:
    """The best ranked rule that leads to a price: a percentage needs a general price under it."""
    general = max((pair for pair in ranked if pair[0][0] == GENERAL and pair[1].price is not None), default=None)
    for rank, rule in sorted(ranked, reverse=True):
        trace = {
            "list": rule.price_list.code, "level": LEVELS[rank[0]], "rule": rule.pk, "for": _target(rule)[0],
            "min_qty": show(rule.min_qty),
        }  # fmt: skip
        if rule.price is not None:
            known, told = rule.price_list, {**trace, "price": str(rule.price)}
            return WinningPrice(item_id, rule.price, known.tax_included, told, known.currency_id)
        if general is not None and rule.percent_off is not None:
            base = general[1]
            price = unit_price((base.price or 0) * (100 - rule.percent_off) / 100)
            trace |= {"percent_off": show(rule.percent_off), "base_rule": base.pk, "base_price": str(base.price)}
            known, told = base.price_list, {**trace, "price": str(price)}
            return WinningPrice(item_id, price, known.tax_included, told, known.currency_id)
    return None


def _categories_above(category_of: dict[int, int | None]) -> dict[int, list[int]]:
    """Per item its category and those above it, the nearest first."""
    if not any(category_of.values()):
        return {item_id: [] for item_id in category_of}
    parents = dict(ItemCategory.objects.values_list("pk", "parent_id"))
    chains: dict[int, list[int]] = {}
    for item_id, category in category_of.items():
        chain: list[int] = []
        while category is not None and category not in chain:
            chain.append(category)
            category = parents.get(category)
        chains[item_id] = chain
    return chains


def _rules(item_ids: Sequence[int], category_ids: set[int], on: date, currency_id: str | None) -> list[PriceRule]:
    rules = PriceRule.objects.select_related("price_list").filter(
        Q(item__in=item_ids) | Q(item=None, category__in=category_ids) | Q(item=None, category=None),
        Q(valid__isnull=True) | Q(valid__contains=on),
        price_list__is_active=True,
    )
    return list(rules if currency_id is None else rules.filter(price_list__currency_id=currency_id))


def _target(rule: PriceRule) -> tuple[str, int | None]:
    if rule.item_id is not None:
        return "item", rule.item_id
    return ("category", rule.category_id) if rule.category_id is not None else ("all", None)


def _start(rule: PriceRule) -> date:
    return (rule.valid.lower if rule.valid else None) or date.min


def _level(prices: PriceList, entity: LegalEntity | None, branch_id: int | None) -> int:
    """How specific a list is for this buyer; 0 when it is for somebody else. All that a list names must fit."""
    client = entity.client if entity else None
    scopes = [
        (ENTITY, prices.legal_entity_id, entity.pk if entity else None),
        (CLIENT, prices.client_id, client.pk if client else None),
        (SEGMENT, prices.segment or None, client.segment if client else None),
        (BRANCH, prices.branch_id, branch_id),
    ]
    named = [(level, wanted, own) for level, wanted, own in scopes if wanted is not None]
    if any(wanted != own for _level, wanted, own in named):
        return 0
    return max((level for level, _wanted, _own in named), default=GENERAL)
