"""Two figures that are costs everywhere they stand, planted into the world, and how an answer is searched for them."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from core.policy import ROLES
from inventory.models import Item, StandardCost
from sales.models import OrderLine, Quote, QuoteLine
from tests.authz.world import World
from tests.factories import inventory

# Two figures: what goods cost, and what sales calculate with. Each with the roles that may see it from the start,
# written down here so that a change of the grants is noticed.
GOODS, SALES = Decimal("7319.53"), Decimal("8427.61")
SEE = {
    GOODS: {"head_of_sales", "purchaser", "production_lead", "accountant", "director", "administrator"},
    SALES: {"seller", "head_of_sales", "production_lead", "accountant", "director", "administrator"},
}
ACTIONS = {GOODS: "inventory.view_costs", SALES: "sales.view_costs"}
BLIND = [role for role in ROLES if any(role not in seeing for seeing in SEE.values())]


def plant(world: World) -> None:
    """The figures as costs of goods, quotes and orders, of strangers and of the role's own."""
    warehouse = inventory.make_warehouse(branch=world.branch)
    item = world.objects("inventory.item", "seller")["any"]
    Item.objects.filter(pk=item.pk).update(standard_cost=GOODS)
    StandardCost.objects.create(item=item, cost=GOODS, valid=(date(2020, 1, 1), None))
    inventory.make_terms(item, price=GOODS)
    inventory.stock_up(item, warehouse, 1, GOODS)
    for role in BLIND:
        world.objects("sales.quote", role)
        world.objects("sales.order", role)
    OrderLine.objects.update(cost_amount=SALES)
    Quote.objects.update(cost_amount=SALES)
    QuoteLine.objects.update(cost_amount=SALES)


def spellings(figure: Decimal) -> list[str]:
    """How pages and files write a figure: with and without marks, by the comma and the point."""
    whole, cents = str(figure).split(".")
    marks = ["", ",", ".", " ", "\u202f", "\u00a0", "&nbsp;", "’"]
    return [f"{whole[0]}{mark}{whole[1:]}{point}{cents}" for mark in marks for point in ".,"]


def shows(answer: Any, role: str) -> str:
    """Which figure an answer holds that the role may not see; the cells of a workbook are read."""
    content = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
    if content[:2] == b"PK":
        sheet = load_workbook(io.BytesIO(content), read_only=True).active
        content = json.dumps([[str(cell) for cell in row] for row in sheet.values]).encode()
    text = content.decode(errors="replace")
    hidden = [figure for figure, seeing in SEE.items() if role not in seeing]
    return next((one for figure in hidden for one in spellings(figure) if one in text), "")
