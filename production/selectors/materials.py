"""What work orders need, what of it is there, what was issued, and what is waited for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventory.choices import PegStatus, SupplyKind
from inventory.models import Peg
from production.models import WorkOrderMaterial

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Coming:
    """Part of a material that is on its way: from which document, how much, and when."""

    label: str
    qty: Decimal
    due_on: date | None
    is_made: bool
    supply_id: int


@dataclass(frozen=True)
class Material:
    """One component of a work order. `reserved` lies set aside, `uncovered` nobody ordered yet."""

    pk: int
    work_order_id: int
    item_id: int
    sku: str
    name: str
    unit: str
    needed: Decimal
    issued: Decimal
    reserved: Decimal
    coming: tuple[Coming, ...]

    @property
    def open(self) -> Decimal:
        return max(self.needed - self.issued, NOTHING)

    @property
    def short(self) -> Decimal:
        """What is not here: on its way or not even ordered."""
        return max(self.open - self.reserved, NOTHING)

    @property
    def uncovered(self) -> Decimal:
        return max(self.short - sum((part.qty for part in self.coming), NOTHING), NOTHING)

    @property
    def expected_on(self) -> date | None:
        """The day the last of it comes; None where nothing is waited for, or some of it has no day."""
        days = [part.due_on for part in self.coming]
        return max((day for day in days if day), default=None) if self.short and None not in days else None


@dataclass(frozen=True)
class Readiness:
    """Can a work order begin? What it waits for longest: `material` None says that all is here."""

    material: Material | None = None

    @property
    def kind(self) -> str:
        if self.material is None:
            return "ready"
        return "missing" if self.material.uncovered else "coming"


def materials_of(work_order_ids: Iterable[int]) -> dict[int, list[Material]]:
    """The components of work orders, in the order of the recipe (two statements)."""
    rows = list(
        WorkOrderMaterial.objects.filter(work_order_id__in=list(work_order_ids))
        .select_related("item__unit")
        .order_by("work_order_id", "position")
    )
    pegs: dict[int, list[Peg]] = defaultdict(list)
    demands = [row.demand_id for row in rows if row.demand_id]
    open_pegs = Peg.objects.filter(demand_id__in=demands, status=PegStatus.OPEN).select_related("supply")
    for peg in open_pegs.order_by("pk") if demands else ():
        pegs[peg.demand_id].append(peg)
    found: dict[int, list[Material]] = defaultdict(list)
    for row in rows:
        found[row.work_order_id].append(_material(row, pegs.get(row.demand_id or 0, [])))
    return found


def _material(row: WorkOrderMaterial, pegs: list[Peg]) -> Material:
    coming = [
        Coming(
            label=str(peg.supply),
            qty=peg.qty - peg.used_qty,
            due_on=peg.supply.due_on,
            is_made=peg.supply.kind == SupplyKind.MAKE,
            supply_id=peg.supply.pk,
        )
        for peg in pegs
        if peg.supply is not None
    ]
    return Material(
        pk=row.pk,
        work_order_id=row.work_order_id,
        item_id=row.item_id,
        sku=row.item.sku,
        name=row.item.name,
        unit=row.item.unit.code,
        needed=row.qty,
        issued=row.issued_qty,
        reserved=sum((peg.qty - peg.used_qty for peg in pegs if peg.supply is None), NOTHING),
        coming=tuple(coming),
    )


def readiness_of(work_order_ids: Iterable[int]) -> dict[int, Readiness]:
    """Per work order, what it waits for: first what nobody ordered, then what comes last (two statements)."""
    found = {}
    for work_order_id, rows in materials_of(work_order_ids).items():
        short = [row for row in rows if row.short]
        worst = max(short, key=lambda row: (row.uncovered > 0, row.expected_on or date.max), default=None)
        found[work_order_id] = Readiness(worst)
    return found
