"""A count as people see it: what is expected (unless it is hidden), what was found, and the difference."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from core import policy
from core.money import cents
from inventory.choices import StocktakeStatus
from inventory.models import CostLayer, Stocktake, StocktakeLine

SHOWN = 300


@dataclass(frozen=True)
class CountRow:
    """A line; `expected` and `difference` are None while they are hidden, `value` where costs are."""

    line: StocktakeLine
    expected: Decimal | None
    difference: Decimal | None
    value: Decimal | None


@dataclass(frozen=True)
class CountFigures:
    lines: int
    counted: int
    differing: int


def figures_of(stocktake: Stocktake) -> CountFigures:
    """How far a count is (one statement)."""
    differs = Q(counted__isnull=False) & ~Q(counted=F("expected"))
    found = stocktake.lines.aggregate(every=Count("pk"), done=Count("counted"), differing=Count("pk", filter=differs))
    return CountFigures(found["every"], found["done"], found["differing"])


def hides_expected(stocktake: Stocktake, user: Any) -> bool:
    """A blind count shows what is expected only when it is over, and to those who may post it."""
    if not stocktake.is_blind or stocktake.status != StocktakeStatus.OPEN:
        return False
    return not policy.allows(user, "inventory.post_stocktake", stocktake)


def rows_of(stocktake: Stocktake, user: Any, *, only: str = "", limit: int = SHOWN) -> list[CountRow]:
    """The lines in the order of their places (at most two statements). `only`: "open", "differing" or all."""
    lines = stocktake.lines.select_related("item__unit", "location", "lot", "move", "counted_by")
    if only == "open":
        lines = lines.filter(counted__isnull=True)
    elif only == "differing":
        lines = lines.filter(counted__isnull=False).exclude(counted=F("expected"))
    found = list(lines.order_by("location__code", "item__sku", "lot__code", "pk")[:limit])
    hidden, sees_costs = hides_expected(stocktake, user), policy.allows(user, "inventory.view_costs")
    costs = _unit_costs(stocktake, found) if sees_costs and not hidden else {}
    return [
        CountRow(
            line=line,
            expected=None if hidden else line.expected,
            difference=None if hidden else line.difference,
            value=_value(line, costs) if sees_costs and not hidden else None,
        )
        for line in found
    ]


def _value(line: StocktakeLine, costs: dict[int, Decimal]) -> Decimal | None:
    """What the difference is worth: what its move took or brought, before posting an estimate."""
    if not line.difference:
        return None
    if line.move is not None:
        return line.move.value if line.difference > 0 else -line.move.value
    cost = costs.get(line.item_id)
    return None if cost is None else cents(line.difference * cost)


def _unit_costs(stocktake: Stocktake, lines: list[StocktakeLine]) -> dict[int, Decimal]:
    layers = CostLayer.objects.filter(
        item__in={line.item_id for line in lines}, warehouse=stocktake.warehouse_id, left_qty__gt=0
    )
    rows = layers.order_by().values("item").annotate(qty_left=Sum("left_qty"), value_left=Sum("left_value"))
    return {row["item"]: row["value_left"] / row["qty_left"] for row in rows}


def lines_panel(stocktake: Stocktake, user: Any) -> dict[str, Any]:
    """What the card of a count shows."""
    rows, figures = rows_of(stocktake, user), figures_of(stocktake)
    values = [row.value for row in rows if row.value is not None]
    is_open = stocktake.status == StocktakeStatus.OPEN
    return {
        "rows": rows,
        "figures": figures,
        "is_open": is_open,
        "hidden": hides_expected(stocktake, user),
        "sees_costs": policy.allows(user, "inventory.view_costs") and not hides_expected(stocktake, user),
        "total": sum(values, Decimal(0)),
        "more": max(figures.lines - len(rows), 0),
        "may_count": is_open and policy.allows(user, "inventory.count_stock", stocktake),
    }
