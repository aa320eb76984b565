"""Valid records of `sales` for tests, made by its services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from core.actors import SYSTEM
from core.models import Branch, Role, User
from crm.models import LegalEntity
from inventory.choices import ItemType, ServiceRole
from inventory.models import Item, Warehouse
from sales.choices import StageCategory
from sales.models import Deal, DiscountPolicy, Pipeline, PriceList, PriceRule, Quote, SalesOrder
from sales.services.deals import open_deal
from sales.services.orders import create_order
from sales.services.pipelines import StageDraft, create_pipeline
from sales.services.pricing import create_price_list, set_price
from sales.services.quote_drafts import draft_quote
from sales.services.quotes import LineDraft
from tests.factories.core import make_branch, make_currency, make_tax, serial
from tests.factories.crm import make_legal_entity
from tests.factories.inventory import make_item, make_warehouse

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

STAGES = (
    StageDraft("qualified", "Qualified", 25),
    StageDraft("estimate", "Estimate", 40),
    StageDraft("proposal", "Proposal", 60),
    StageDraft("negotiation", "Negotiation", 80),
    StageDraft("won", "Won", 100, StageCategory.WON),
    StageDraft("lost", "Lost", 0, StageCategory.LOST),
)


def make_pipeline(stages: Sequence[StageDraft] = STAGES, *, code: str = "sales", is_default: bool = True) -> Pipeline:
    """Qualified 25, Estimate 40, Proposal 60, Negotiation 80, Won, Lost; the same one on a second call."""
    return create_pipeline(code=code, name=code.title(), stages=stages, is_default=is_default, by=SYSTEM)


def make_service(sku: str = "", *, role: str = ServiceRole.NONE, **fields: Any) -> Item:
    return make_item(sku, type=ItemType.SERVICE, service_role=role, **fields)


def general_prices() -> PriceList:
    """The price list for everybody; the same one on a second call."""
    return create_price_list(code="general", name="General", currency_id=make_currency().code, by=SYSTEM)


def price(item: Item, amount: Any, *, prices: PriceList | None = None, **fields: Any) -> PriceRule:
    """A price of an item, in the general list unless another is given."""
    prices = prices or general_prices()
    return set_price(price_list_id=prices.pk, item_id=item.pk, price=Decimal(amount), by=SYSTEM, **fields)


def make_sold_item(amount: Any = "100.00", *, tax: Any = 20, **fields: Any) -> Item:
    """Goods with a general price and a tax."""
    item = make_item(tax=make_tax(tax), **fields)
    price(item, amount)
    return item


def make_policy(role: str, max_discount: Any, min_margin: Any = None) -> DiscountPolicy:
    policy, _created = DiscountPolicy.objects.update_or_create(
        role=Role.objects.get(code=role),
        defaults={
            "max_discount_pct": Decimal(max_discount),
            "min_margin_pct": None if min_margin is None else Decimal(min_margin),
        },
    )
    return policy


def make_deal(
    *,
    owner: User | None = None,
    entity: LegalEntity | None = None,
    branch: Branch | None = None,
    amount: Any = "1000.00",
    at: datetime = NOON,
    **fields: Any,
) -> Deal:
    """An open deal in the first stage, for a client with one legal entity."""
    make_pipeline()
    entity = entity or make_legal_entity()
    branch = branch or make_branch()
    fields.setdefault("name", f"Deal {serial()}")
    return open_deal(
        at=at, by=SYSTEM, client_id=entity.client_id, legal_entity_id=entity.pk, branch_id=branch.pk,
        amount=Decimal(amount), owner_id=owner.pk if owner else None, **fields,
    )  # fmt: skip


def drafts(lines: Iterable[tuple[Any, ...]]) -> list[LineDraft]:
    """(item, qty[, discount[, price]]) in short."""
    return [
        LineDraft(
            item_id=item.pk,
            qty=Decimal(qty),
            discount_pct=Decimal(rest[0]) if rest else Decimal(0),
            unit_price=Decimal(rest[1]) if len(rest) > 1 else None,
        )
        for item, qty, *rest in lines
    ]


def make_quote(
    deal: Deal | None = None, lines: Iterable[tuple[Any, ...]] = (), *, at: datetime = NOON, **fields: Any
) -> Quote:
    """A draft quote, of a new deal unless one is given."""
    deal = deal or make_deal()
    lines = list(lines) or [(make_sold_item(), 1)]
    fields.setdefault("by", SYSTEM)
    return draft_quote(deal_id=deal.pk, legal_entity_id=deal.legal_entity_id, lines=drafts(lines), at=at, **fields)


def make_order(
    lines: Iterable[tuple[Any, ...]] = (),
    *,
    warehouse: Warehouse | None = None,
    entity: LegalEntity | None = None,
    owner: User | None = None,
    at: datetime = NOON,
    **fields: Any,
) -> SalesOrder:
    """A draft order from a new warehouse for a new client, unless given."""
    warehouse = warehouse or make_warehouse()
    entity = entity or make_legal_entity()
    lines = list(lines) or [(make_sold_item(), 1)]
    fields.setdefault("by", SYSTEM)
    return create_order(
        legal_entity_id=entity.pk, lines=drafts(lines), at=at, branch_id=warehouse.branch_id,
        warehouse_id=warehouse.pk, owner_id=owner.pk if owner else None, **fields,
    )  # fmt: skip
