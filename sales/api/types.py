"""Keys of this app's records, and the lines of its documents, as callers send them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from core.api.types import Flag, Id, Input, Line, LongLine, Percent, Price, Qty, Ref
from inventory.api.types import ItemId
from sales.services.lines import LineDraft

DealId = Annotated[Id, Ref("sales.Deal")]
OrderId = Annotated[Id, Ref("sales.SalesOrder")]
OrderLineId = Annotated[Id, Field(description="A line of this order.")]


class LineIn(Input):
    """A line of a quote or an order; without a price the price lists say it."""

    item_id: ItemId
    qty: Qty
    discount_pct: Percent = "0"
    unit_price: Price | None = None
    text: LongLine = ""


class QuoteLineIn(LineIn):
    """A line of a quote: `heading` opens a section, and an option is outside the sums until the client chooses it."""

    heading: Annotated[Line, Field(max_length=120)] = ""
    is_optional: Flag = False


Lines = Annotated[list[LineIn], Field(min_length=1, max_length=500)]
QuoteLines = Annotated[list[QuoteLineIn], Field(min_length=1, max_length=500)]


def drafts(lines: Sequence[LineIn]) -> list[LineDraft]:
    """Lines as the services take them."""
    return [LineDraft(**line.model_dump(exclude_unset=True)) for line in lines]
