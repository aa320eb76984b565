"""What a warehouse has to buy, from whom, until when, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F

from core import calendars
from core.actors import Actor
from core.calendars import Calendar
from core.money import cents
from core.quantities import NOTHING, round_up_to_pack
from crm.models import LegalEntity
from inventory.choices import DemandStatus, PegStatus, PurchaseStatus
from inventory.models import Demand, Item, Peg, PurchaseOrder, PurchaseOrderLine, Warehouse
from inventory.ports import Source, sources
from inventory.selectors.lacking import Reason, bought_items, reason_of
from inventory.selectors.pegged import named
from inventory.selectors.stock.availability import Availability, availability
from inventory.selectors.stock.terms import Terms, supplier_terms
from inventory.selectors.suppliers import SupplierRecord, supplier_records


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
    pegs = pegs_on(draft_lines)
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


def pegs_on(lines: Sequence[PurchaseOrderLine]) -> dict[int, list[Peg]]:
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
