"""What a warehouse has to buy, from whom, until when, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q

from core import calendars
from core.actors import Actor
from core.calendars import Calendar
from core.money import cents
from core.quantities import NOTHING, round_up_to_pack
from crm.models import LegalEntity
from inventory.choices import DemandStatus, ItemStatus, ItemType, PegStatus, PurchaseStatus, Replenishment, SupplyStatus
from inventory.models import Demand, Item, Peg, PurchaseOrder, PurchaseOrderLine, Supply, Warehouse
from inventory.ports import Source, sources
from inventory.selectors.pegged import named
from inventory.selectors.stock.availability import Availability, availability
from inventory.selectors.stock.terms import Terms, supplier_terms
from inventory.selectors.suppliers import SupplierRecord, supplier_records


@dataclass(frozen=True)
class Reason:
    """Why something is bought, in the item's base unit; `lacking` is what follows from the rest."""

    free: Decimal
    coming: Decimal
    needed: Decimal
    minimum: Decimal

    @property
    def lacking(self) -> Decimal:
        return max(self.needed + self.minimum - self.free - self.coming, NOTHING)


@dataclass(frozen=True)
class Proposal:
    """`qty` of an item to order, or written into the draft `line` already. `order_by` is the last day in time."""

    item: Item
    reason: Reason
    qty: Decimal
    price: Decimal
    pack: Decimal
    minimum_order: Decimal
    needed_for: tuple[Source, ...]
    needed_on: date | None
    comes_on: date | None
    order_by: date | None
    today: date
    line: PurchaseOrderLine | None = None

    @property
    def net(self) -> Decimal:
        return cents(self.qty * self.price)

    @property
    def is_late(self) -> bool:
        """Ordered today, it still comes after it is needed."""
        return self.needed_on is not None and self.comes_on is not None and self.comes_on > self.needed_on

    @property
    def is_urgent(self) -> bool:
        return self.order_by is not None and self.order_by <= self.today


@dataclass
class Basket:
    """What is bought from one supplier: new proposals, or the lines of a draft order."""

    supplier: LegalEntity
    currency_id: str
    record: SupplierRecord
    lead_days: int
    order: PurchaseOrder | None = None
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def net(self) -> Decimal:
        return sum((one.net for one in self.proposals), Decimal(0))


@dataclass(frozen=True)
class Plan:
    """Everything there is to buy for a warehouse. `without_supplier` is short and nobody is known to sell it."""

    baskets: list[Basket]
    drafts: list[Basket]
    without_supplier: list[tuple[Item, Reason]]


def bought_items(warehouse: Warehouse, item_ids: Collection[int] | None = None) -> list[Item]:
    """Items that are bought: of `item_ids`, or all that are wanted or have a safety stock."""
    bought = (
        Item.objects.filter(
            type=ItemType.GOODS, replenishment=Replenishment.BUY, status=ItemStatus.ACTIVE, binned_at=None
        )
        .select_related("unit")
        .order_by("sku")
    )
    if item_ids is not None:
        return list(bought.filter(pk__in=item_ids))
    wanted = Demand.objects.filter(item=OuterRef("pk"), warehouse=warehouse, status=DemandStatus.OPEN)
    return list(bought.filter(Q(min_stock__gt=0) | Exists(wanted)))


def lacking_qty(item: Item, present: Availability) -> Decimal:
    """What free stock and free coming goods leave open of what is wanted and of the safety stock."""
    return reason_of(item, present).lacking


def reason_of(item: Item, present: Availability) -> Reason:
    return Reason(present.free, present.free_incoming, present.short, item.min_stock)


def plan_of(warehouse: Warehouse, at: datetime, by: Actor) -> Plan:
    """New proposals by supplier, and the drafts that wait to be placed, each with its reason. About 12 statements."""
    calendar = calendars.load(warehouse.branch.organization.calendar_id)
    today = calendar.day_of(at)
    items = {item.pk: item for item in bought_items(warehouse)}
    draft_lines = _draft_lines(warehouse)
    items |= {line.item_id: line.item for line in draft_lines}
    present = availability(warehouse.pk, items)
    lacking = {pk: reason for pk, item in items.items() if (reason := reason_of(item, present[pk])).lacking > 0}
    terms = supplier_terms(list(lacking))
    demands = _wanting(warehouse, lacking)
    pegs = _pegged(draft_lines)
    known = sources({row.key for rows in (*demands.values(), *pegs.values()) for row in _demands(rows)}, by)  # type: ignore[arg-type]
    suppliers = {offer.supplier_id for offer in terms.values()} | {line.order.supplier_id for line in draft_lines}
    entities = LegalEntity.objects.in_bulk(suppliers)
    records = supplier_records(suppliers)
    setting = _Setting(calendar, today, known, entities, records)
    return Plan(
        baskets=setting.baskets(lacking, items, terms, demands),
        drafts=setting.drafts(draft_lines, present, pegs),
        without_supplier=[(items[pk], reason) for pk, reason in lacking.items() if pk not in terms],
    )


def _draft_lines(warehouse: Warehouse) -> list[PurchaseOrderLine]:
    rows = PurchaseOrderLine.objects.filter(order__warehouse=warehouse, order__status=PurchaseStatus.DRAFT)
    return list(rows.select_related("order__supplier", "item__unit", "supply").order_by("order", "position"))


def _wanting(warehouse: Warehouse, item_ids: Collection[int]) -> dict[int, list[Demand]]:
    """Per item the open demands that lack goods, the earliest first (one statement)."""
    found: dict[int, list[Demand]] = defaultdict(list)
    open_ones = Demand.objects.filter(item__in=list(item_ids), warehouse=warehouse, status=DemandStatus.OPEN)
    for row in open_ones.filter(pegged_qty__lt=F("qty") - F("done_qty")).order_by(F("due_on").asc(nulls_last=True)):
        found[row.item_id].append(row)
    return found


def _pegged(lines: Sequence[PurchaseOrderLine]) -> dict[int, list[Peg]]:
    """Per supply the open pegs on it, with their demands (one statement)."""
    found: dict[int, list[Peg]] = defaultdict(list)
    pegs = Peg.objects.filter(supply__in=[line.supply_id for line in lines if line.supply_id], status=PegStatus.OPEN)
    for peg in pegs.select_related("demand").order_by(F("demand__due_on").asc(nulls_last=True)):
        found[peg.supply_id or 0].append(peg)
    return found


def _demands(rows: Iterable[Demand | Peg]) -> Iterable[Demand]:
    return (row.demand if isinstance(row, Peg) else row for row in rows)


@dataclass(frozen=True)
class _Setting:
    """What all proposals of one plan share."""

    calendar: Calendar
    today: date
    known: Mapping[str, Source]
    entities: Mapping[int, LegalEntity]
    records: Mapping[int, SupplierRecord]

    def baskets(
        self,
        lacking: Mapping[int, Reason],
        items: Mapping[int, Item],
        terms: Mapping[int, Terms],
        demands: Mapping[int, list[Demand]],
    ) -> list[Basket]:
        found: dict[tuple[int, str], Basket] = {}
        for pk, reason in lacking.items():
            offer = terms.get(pk)
            if offer is None:
                continue
            place = (offer.supplier_id, offer.currency_id)
            if place not in found:
                found[place] = self._basket(offer.supplier_id, offer.currency_id, offer.lead_days)
            basket = found[place]
            basket.lead_days = max(basket.lead_days, offer.lead_days)
            basket.proposals.append(
                self._proposal(
                    items[pk],
                    reason,
                    round_up_to_pack(reason.lacking, pack=offer.pack_qty, minimum=offer.moq),
                    demands.get(pk, []),
                    price=offer.price,
                    pack=offer.pack_qty,
                    moq=offer.moq,
                    lead_days=offer.lead_days,
                )
            )
        return sorted(found.values(), key=lambda basket: (basket.supplier.legal_name, basket.currency_id))

    def drafts(
        self,
        lines: Sequence[PurchaseOrderLine],
        present: Mapping[int, Availability],
        pegs: Mapping[int, list[Peg]],
    ) -> list[Basket]:
        terms = supplier_terms([line.item_id for line in lines])
        found: dict[int, Basket] = {}
        for line in lines:
            if line.order_id not in found:
                found[line.order_id] = self._basket(line.order.supplier_id, line.order.currency_id, line.lead_days)
                found[line.order_id].order = line.order
            basket, offer = found[line.order_id], terms.get(line.item_id)
            basket.lead_days = max(basket.lead_days, line.lead_days)
            own = pegs.get(line.supply_id or 0, [])
            needed = sum((peg.qty - peg.used_qty for peg in own), NOTHING)
            there = present[line.item_id]
            others = max(there.free_incoming - (line.qty - needed), NOTHING)
            basket.proposals.append(
                self._proposal(
                    line.item,
                    Reason(there.free, others, needed, line.item.min_stock),
                    line.qty,
                    [peg.demand for peg in own],
                    price=line.price,
                    pack=offer.pack_qty if offer else line.item.pack_qty,
                    moq=offer.moq if offer else line.item.moq,
                    lead_days=line.lead_days,
                    line=line,
                )
            )
        return list(found.values())

    def _basket(self, supplier_id: int, currency_id: str, lead_days: int) -> Basket:
        return Basket(self.entities[supplier_id], currency_id, self.records[supplier_id], lead_days)

    def _proposal(
        self,
        item: Item,
        reason: Reason,
        qty: Decimal,
        demands: Sequence[Demand],
        *,
        price: Decimal,
        pack: Decimal,
        moq: Decimal,
        lead_days: int,
        line: PurchaseOrderLine | None = None,
    ) -> Proposal:
        days = [day for row in demands if (day := self._needed_on(row)) is not None]
        needed_on = min(days) if days else None
        return Proposal(
            item=item,
            reason=reason,
            qty=qty,
            price=price,
            pack=pack,
            minimum_order=moq,
            needed_for=tuple({source.label: source for source in (named(self.known, row) for row in demands)}.values()),  # type: ignore[arg-type]
            needed_on=needed_on,
            comes_on=self.calendar.add_working_days(self.today, lead_days),
            order_by=None if needed_on is None else self.calendar.add_working_days(needed_on, -lead_days),
            today=self.today,
            line=line,
        )

    def _needed_on(self, demand: Demand) -> date | None:
        """The demand's own day, else the day its document tells."""
        known = self.known.get(demand.key)
        return demand.due_on or (known.needed_on if known else None)


@dataclass(frozen=True)
class Projection:
    """Expected stock of an item day by day: without the order, and with `qty` more on its day."""

    days: list[date]
    without: list[Decimal]
    with_order: list[Decimal]


def projection(
    item: Item, warehouse_id: int, today: date, *, qty: Decimal = NOTHING, comes_on: date | None = None, weeks: int = 4
) -> Projection:
    """What lies there, plus what comes, less what is wanted, on each day something changes. Three statements."""
    there = availability(warehouse_id, [item.pk])[item.pk]
    end = today + timedelta(weeks=weeks)
    changes: dict[date, Decimal] = defaultdict(lambda: NOTHING)
    for demand in Demand.objects.filter(item=item, warehouse=warehouse_id, status=DemandStatus.OPEN):
        changes[max(demand.due_on or today, today)] -= demand.qty - demand.done_qty
    for supply in Supply.objects.filter(item=item, warehouse=warehouse_id, status=SupplyStatus.OPEN):
        changes[max(supply.due_on or end, today)] += max(supply.qty - supply.received_qty, NOTHING)
    days = sorted({today, end, *(day for day in changes if day <= end), *([comes_on] if comes_on else [])})
    level, without, with_order = there.on_hand, [], []
    for day in days:
        level += changes.get(day, NOTHING)
        without.append(level)
        with_order.append(level + (qty if comes_on and day >= comes_on else NOTHING))
    return Projection(days, without, with_order)


@dataclass(frozen=True)
class Surplus:
    """An ordered line that nobody waits for, or that comes later than it is needed."""

    line: PurchaseOrderLine
    unneeded: Decimal
    late_for: date | None


def to_move_or_cancel(warehouse: Warehouse) -> list[Surplus]:
    """Ordered goods to call off or to hurry: at most three statements."""
    lines = list(
        PurchaseOrderLine.objects.filter(
            order__warehouse=warehouse,
            order__status__in=(PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED),
            supply__status=SupplyStatus.OPEN,
        ).select_related("order", "item__unit", "supply")
    )
    present = availability(warehouse.pk, {line.item_id for line in lines}) if lines else {}
    pegs = _pegged(lines)
    found = []
    for line in lines:
        supply = line.supply
        if supply is None:
            continue
        own = pegs.get(supply.pk, [])
        days = [peg.demand.due_on for peg in own if peg.demand.due_on]
        there = present[line.item_id]
        left = max(supply.qty - supply.received_qty - supply.pegged_qty, NOTHING)
        spare = max(min(left, there.free + there.free_incoming - there.short - line.item.min_stock), NOTHING)
        late_for = min(days) if days and line.due_on and line.due_on > min(days) else None
        if (spare == left > 0 and not own) or late_for:
            found.append(Surplus(line, spare if not own else NOTHING, late_for))
    return found
