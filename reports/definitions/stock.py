"""What the stock was worth at the end of a day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Case, F, Q, Sum, When
from django.utils.translation import gettext_lazy as _

from core import policy
from core.access import scope as places
from core.actors import SYSTEM
from core.money import ZERO
from inventory.choices import AdjustmentTarget
from inventory.models import CostLayer, StockMove, ValueAdjustmentPart, Warehouse
from inventory.selectors import stock
from reports.definitions.parts import MONEY, NONE, parts
from reports.indicators import Indicator, Params, Rows, register


def warehouses_of(params: Params) -> list[int] | None:
    """The warehouses whose value the reader may see, of the place he works in; None for all there are."""
    limits = places.condition(Warehouse, params.place)
    if params.reader is not SYSTEM:
        limits &= policy.reach_q(params.reader, "reports.view_costs", Warehouse)
    return sorted(Warehouse.objects.filter(limits).values_list("pk", flat=True)) if limits else None


def _stock_value(params: Params) -> Decimal:
    warehouses = warehouses_of(params)
    if not params.is_now or StockMove.objects.filter(occurred_at__gt=params.evening).exists():
        return stock.stock_value_as_of(params.evening, warehouse_ids=warehouses)
    layers = CostLayer.objects.all() if warehouses is None else CostLayer.objects.filter(warehouse__in=warehouses)
    return layers.filter(left_value__gt=0).aggregate(total=Sum("left_value"))["total"] or ZERO


def _stock_value_records(params: Params) -> Sequence[Rows]:
    """Moves into and out of warehouses, and what value adjustments left on the stock."""
    at, warehouses = params.evening, warehouses_of(params)
    came, went = Q(to_location__warehouse__isnull=False), Q(from_location__warehouse__isnull=False)
    left = ValueAdjustmentPart.objects.filter(target=AdjustmentTarget.STOCK, adjustment__occurred_at__lte=at)
    if warehouses is not None:
        came, went = Q(to_location__warehouse__in=warehouses), Q(from_location__warehouse__in=warehouses)
        left = left.filter(adjustment__layer__warehouse__in=warehouses)
    signed = Case(
        When(came & ~went, then=F("value")), When(went & ~came, then=-F("value")), default=NONE, output_field=MONEY
    )
    moves = StockMove.objects.filter(occurred_at__lte=at).filter((came & ~went) | (went & ~came))
    return [parts(moves, signed), parts(left, F("amount"))]


register(
    Indicator(
        "stock_value", _("Stock value"), "money", "reports.view_costs", _stock_value, _stock_value_records,
        help=_("What lay in the warehouses at the end of the last day, at cost."),
    )
)  # fmt: skip
