"""What has to be bought: shortages and safety stock, in packs, by supplier."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F

from core import events, policy
from core.actors import SYSTEM, Actor
from core.quantities import round_up_to_pack
from core.transactions import command
from inventory.choices import DemandStatus
from inventory.events import PurchasesProposed
from inventory.models import Demand, Item, PurchaseOrder, PurchaseOrderLine, Warehouse
from inventory.selectors.lacking import bought_items, lacking_qty
from inventory.selectors.stock import Availability, Terms, availability, supplier_terms
from inventory.services import goods, reservations
from inventory.services.purchasing.drafting import Draft, DraftLine, supply_key, write_drafts

logger = logging.getLogger(__name__)


@command
def propose_purchases(
    *,
    warehouse_id: int,
    at: datetime,
    by: Actor,
    item_ids: Sequence[int] | None = None,
    reason: str = "",
    quantities: Mapping[int, Decimal] | None = None,
) -> list[PurchaseOrder]:
    """Turn what a warehouse lacks into draft orders, one per supplier; a second run finds nothing more to propose.

    What lies free or comes for nobody is set aside first for demands that lack it. Per bought item (of `item_ids`,
    or all): what open demands lack then, plus what fills free stock and free coming goods up to the safety stock;
    rounded up to the supplier's pack and minimum. The lacking part is pegged to the new line, earliest demand first.
    Due days are the supplier's working days by the organisation's calendar. A person may decide on other `quantities`
    ({item: base units}); they are ordered as they are, and only of what is lacking. Locks the warehouse, so that two
    runs follow each other. Publishes PurchasesProposed, which also names what nobody sells. About 25 statements for
    any number of items, ten more where free goods are set aside.
    """
    warehouse = Warehouse.objects.select_related("branch__organization").locked().get(pk=warehouse_id)
    policy.require(by, "inventory.propose_purchases", warehouse)
    chosen = {} if quantities is None else dict(quantities)
    goods.check_quantities(_Asked(qty) for qty in chosen.values())
    wanted = list(chosen) if quantities is not None and item_ids is None else item_ids
    items = {item.pk: item for item in bought_items(warehouse, wanted)}
    present = _with_free_goods_set_aside(warehouse, availability(warehouse.pk, items))
    lacking = {pk: qty for pk in items if (qty := lacking_qty(items[pk], present[pk])) > 0}
    terms = supplier_terms(lacking)
    orders = write_drafts(_drafts(lacking, items, terms, chosen), warehouse=warehouse, at=at, by=by, reason=reason)
    if orders:
        _peg_shortages(orders, warehouse)
    without = sorted(set(lacking) - set(terms))
    if orders or without:
        events.publish(
            PurchasesProposed(
                warehouse_id=warehouse.pk, order_ids=[order.pk for order in orders], without_supplier=without
            )
        )
    if without:
        logger.warning("items are short and nobody sells them", extra={"item_ids": without})
    logger.info("purchases proposed", extra={"warehouse_id": warehouse.pk, "orders": len(orders)})
    return orders


def _with_free_goods_set_aside(warehouse: Warehouse, present: dict[int, Availability]) -> dict[int, Availability]:
    """Give demands that lack goods what is free of them, as when they were counted in or given back meanwhile."""
    free = [pk for pk, there in present.items() if there.short > 0 and there.free + there.free_incoming > 0]
    if not free:
        return present
    short = Demand.objects.filter(item__in=free, warehouse=warehouse, status=DemandStatus.OPEN)
    keys = short.filter(pegged_qty__lt=F("qty") - F("done_qty")).values_list("key", flat=True)
    reservations.cover_demands(keys=list(keys), by=SYSTEM)
    return present | availability(warehouse.pk, free)


@dataclass(frozen=True)
class _Asked:
    qty: Decimal


def _drafts(
    lacking: dict[int, Decimal], items: dict[int, Item], terms: dict[int, Terms], chosen: Mapping[int, Decimal]
) -> list[Draft]:
    by_supplier: dict[tuple[int, str], list[DraftLine]] = defaultdict(list)
    for pk, qty in lacking.items():
        if pk in terms:
            offer = terms[pk]
            by_supplier[offer.supplier_id, offer.currency_id].append(
                DraftLine(
                    item=items[pk],
                    qty=chosen.get(pk) or round_up_to_pack(qty, pack=offer.pack_qty, minimum=offer.moq),
                    price=offer.price,
                    lead_days=offer.lead_days,
                )
            )
    return [Draft(supplier, currency, lines) for (supplier, currency), lines in sorted(by_supplier.items())]


def _peg_shortages(orders: Sequence[PurchaseOrder], warehouse: Warehouse) -> None:
    """Mean the new goods for the demands that lack them, the earliest due first."""
    left = {
        line.item_id: (supply_key(line.pk), line.qty) for line in PurchaseOrderLine.objects.filter(order__in=orders)
    }
    short = Demand.objects.filter(item__in=left, warehouse=warehouse, status=DemandStatus.OPEN)
    pegs: list[tuple[str, str, Decimal]] = []
    for demand in sorted(short, key=lambda row: (row.due_on or date.max, row.pk)):
        key, qty = left[demand.item_id]
        part = min(demand.qty - demand.done_qty - demand.pegged_qty, qty)
        if part > 0:
            pegs.append((demand.key, key, part))
            left[demand.item_id] = (key, qty - part)
    reservations.peg_supplies(pegs=pegs, by=SYSTEM)
