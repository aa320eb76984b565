"""What the goods of an order were really made of: their cost traced back through work orders, level by level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from core import money
from core.money import ZERO, unit_price
from inventory.models import LayerUse, ValueAdjustmentPart
from production.choices import WipKind
from production.models import WipEntry
from sales.choices import EstimateKind
from sales.models import ShipmentLine
from sales.ports import ActualCost

Key = tuple[str, str, int | None]  # kind, code, item


@dataclass
class Part:
    """A share of a cost: bought material or work (`key`), or goods of another work order (`work_id`)."""

    amount: Decimal = ZERO
    qty: Decimal = Decimal(0)
    last_price: Decimal = ZERO
    key: Key | None = None
    work_id: int | None = None


def actual_costs(order_id: int, at: datetime | None = None) -> list[ActualCost]:
    """Material and work behind the goods shipped on an order, late cost included, as known at `at` (None: now).

    The cost of each shipped piece is followed through the work orders that made it, down to bought material and
    hours; goods that were bought are a material of their own. The amounts add up to the cost of the shipped goods
    to the cent; quantities are shares of what the work orders used. Goods out of a pool (moving average) count as
    made by the last work order that filled it. At most six statements per level of work orders.
    """
    moves = ShipmentLine.objects.filter(shipment__order_id=order_id)
    if at is not None:
        moves = moves.filter(move__occurred_at__lte=at)
    parts = _origins(dict.fromkeys(moves.values_list("move_id", flat=True), order_id), at)[order_id]
    found: dict[Key, Part] = defaultdict(Part)
    while parts:
        made = _inputs({part.work_id for part in parts if part.work_id is not None}, at)
        below: dict[int, Part] = defaultdict(Part)
        for part in parts:
            if part.key is not None:
                _add(found[part.key], part)
                continue
            for share in _shares(part, made[part.work_id or 0]):
                if share.key is not None:
                    _add(found[share.key], share)
                else:
                    _add(below[share.work_id or 0], share)
        parts = [Part(part.amount, part.qty, work_id=work_id) for work_id, part in below.items()]
    return [
        ActualCost(kind=kind, code=code, item_id=item_id, qty=part.qty, amount=part.amount, last_price=part.last_price)
        for (kind, code, item_id), part in sorted(found.items(), key=lambda entry: entry[0][:2])
    ]


def _add(total: Part, part: Part) -> None:
    total.amount += part.amount
    total.qty += part.qty
    total.last_price = part.last_price or total.last_price


def _shares(part: Part, inputs: list[Part]) -> list[Part]:
    """Share a work order's part over what went into it: amounts exactly, quantities in proportion."""
    weights = [max(share.amount, ZERO) for share in inputs]
    total = sum(weights, ZERO)
    if not total:
        return [Part(part.amount, key=(EstimateKind.OTHER.value, "", None))] if part.amount else []
    return [
        Part(amount, share.qty * part.amount / total, share.last_price, share.key, share.work_id)
        for share, amount in zip(inputs, money.split(part.amount, weights), strict=True)
    ]


def _origins(groups: Mapping[int, int], at: datetime | None) -> dict[int, list[Part]]:
    """Where the goods of moves came from, by group ({move: group}): a part per making work order and bought item."""
    uses = list(
        LayerUse.objects.filter(move_id__in=list(groups))
        .select_related("layer__item", "move")
        .order_by("move_id", "pk")
    )
    late = _late_by_use([use.pk for use in uses], at)
    makers = _Makers(uses)
    found: dict[int, dict[tuple[int | None, Key | None], Part]] = defaultdict(lambda: defaultdict(Part))
    for use in uses:
        work_id = makers.of(use)
        item = use.layer.item
        key: Key | None = None if work_id else (EstimateKind.MATERIAL.value, item.sku, item.pk)
        price = abs(unit_price(use.value / use.qty))
        part = Part(use.value + late.get(use.pk, ZERO), use.qty, price, key, work_id)
        _add(found[groups[use.move_id]][work_id, key], part)
    return defaultdict(
        list,
        {
            group: [Part(part.amount, part.qty, part.last_price, key, work) for (work, key), part in parts.items()]
            for group, parts in found.items()
        },
    )


def _late_by_use(use_ids: list[int], at: datetime | None) -> dict[int, Decimal]:
    parts = ValueAdjustmentPart.objects.filter(use_id__in=use_ids)
    if at is not None:
        parts = parts.filter(adjustment__occurred_at__lte=at)
    return dict(parts.values_list("use_id").annotate(Sum("amount")).order_by())


class _Makers:
    """The work orders behind cost layers: by the output move of a layer, or the last output into a pool."""

    def __init__(self, uses: Iterable[LayerUse]) -> None:
        rows = list(uses)
        outputs = WipEntry.objects.filter(kind=WipKind.OUTPUT)
        moves = {use.layer.move_id for use in rows if use.layer.move_id}
        self.by_move = dict(outputs.filter(move_id__in=moves).values_list("move_id", "work_order_id"))
        self.by_pool: dict[tuple[int, int], list[tuple[datetime, int]]] = defaultdict(list)
        pooled = {use.layer.item_id for use in rows if use.layer.pooled}
        if pooled:
            filled = outputs.filter(move__item_id__in=pooled).order_by("occurred_at", "pk")
            for item_id, warehouse_id, at, work_id in filled.values_list(
                "move__item_id", "move__to_location__warehouse_id", "occurred_at", "work_order_id"
            ):
                self.by_pool[item_id, warehouse_id].append((at, work_id))

    def of(self, use: LayerUse) -> int | None:
        if not use.layer.pooled:
            return self.by_move.get(use.layer.move_id or 0)
        filled = self.by_pool[use.layer.item_id, use.layer.warehouse_id]
        return next((work_id for at, work_id in reversed(filled) if at <= use.move.occurred_at), None)


def _inputs(work_ids: set[int], at: datetime | None) -> dict[int, list[Part]]:
    """What went into work orders: hours by centre, bought material by item, and goods of other work orders."""
    found: dict[int, list[Part]] = defaultdict(list)
    if not work_ids:
        return found
    entries = WipEntry.objects.filter(work_order_id__in=work_ids)
    if at is not None:
        entries = entries.filter(occurred_at__lte=at)
    issues = entries.filter(kind=WipKind.MATERIAL, amount__gte=0, move__reversed_by__isnull=True)
    for work_id, parts in _origins(dict(issues.values_list("move_id", "work_order_id")), at).items():
        found[work_id].extend(parts)
    hours = entries.filter(kind=WipKind.TIME).values_list(
        "work_order_id", "operation__center__code", "operation__center__rate_per_hour"
    )
    summed = hours.annotate(Sum("amount"), Sum("minutes")).order_by("work_order_id", "operation__center__code")
    for work_id, code, rate, amount, minutes in summed:
        found[work_id].append(Part(amount, minutes, unit_price(rate / 60), (EstimateKind.WORK.value, code, None)))
    return found
