"""Lines of a deal before there is a quote: items with what they are likely to bring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.actors import Actor
from core.transactions import command
from inventory.models import Item
from sales.errors import PriceMissing
from sales.models import Deal
from sales.selectors.prices import winning_prices
from sales.services.deals import DealLineDraft, locked_deal, set_lines
from sales.services.lines import LineDraft, day_of


@command
def plan_lines(*, deal_id: int, lines: Sequence[LineDraft], at: datetime, by: Actor) -> Deal:
    """Replace the lines of an open deal; a line without a price takes it from the price lists of the day.

    The deal's amount becomes the net sum; without lines it stays. The same lines again change nothing. Locks the
    deal. Raises PriceMissing, and what set_lines raises.
    """
    deal = locked_deal(deal_id, by, "sales.move_deal")
    on = day_of(at, deal.organization)
    asked = {line.item_id: line.qty for line in lines if line.unit_price is None}
    prices = winning_prices(
        item_ids=sorted(asked), legal_entity_id=deal.legal_entity_id, on=on, qtys=asked, branch_id=deal.branch_id,
        currency_id=deal.currency_id,
    ) if asked else {}  # fmt: skip
    missing = next((item_id for item_id in asked if item_id not in prices), None)
    if missing is not None:
        raise PriceMissing(sku=Item.objects.get(pk=missing).sku, on=on)
    drafts = [
        DealLineDraft(
            qty=line.qty, item_id=line.item_id, discount_pct=line.discount_pct, text=line.text,
            unit_price=line.unit_price if line.unit_price is not None else prices[line.item_id].unit_price,
        )
        for line in lines
    ]  # fmt: skip
    return set_lines(deal_id=deal_id, lines=drafts, at=at, by=by)
