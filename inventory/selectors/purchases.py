"""What stands on a purchase order, line by line, and what is expected from suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from core.actors import Actor
from core.models import Attachment
from core.quantities import NOTHING
from crm.models import ContactPoint, LegalEntity, PersonRole
from inventory.choices import PegStatus
from inventory.models import GoodsReceipt, Peg, PurchaseOrder, PurchaseOrderLine
from inventory.ports import Source, sources
from inventory.selectors.pegged import named


@dataclass(frozen=True)
class LineFacts:
    """A line with what came of it and for whom it is meant. `open_qty` is still to come."""

    line: PurchaseOrderLine
    open_qty: Decimal
    days_late: int
    meant_for: tuple[tuple[Source, Decimal], ...]
    picture: Attachment | None = None

    @property
    def state(self) -> str:
        if self.open_qty <= 0:
            return "received"
        return "late" if self.days_late else "part" if self.line.received_qty else "open"


def lines_of(order: PurchaseOrder, by: Actor) -> list[LineFacts]:
    """The lines of an order with their pegs (two statements and those of the apps asked)."""
    lines = list(order.lines.select_related("item__unit", "supply").order_by("position", "pk"))
    pegs: dict[int, list[Peg]] = defaultdict(list)
    waiting = Peg.objects.filter(supply__in=[line.supply_id for line in lines if line.supply_id], status=PegStatus.OPEN)
    for peg in waiting.select_related("demand").order_by(F("demand__due_on").asc(nulls_last=True), "pk"):
        pegs[peg.supply_id or 0].append(peg)
    known = sources({peg.demand.key for rows in pegs.values() for peg in rows}, by)
    return [_facts(order, line, pegs.get(line.supply_id or 0, []), known) for line in lines]


def _facts(order: PurchaseOrder, line: PurchaseOrderLine, pegs: list[Peg], known: dict[str, Source]) -> LineFacts:
    left = max(line.qty - (line.received_qty - line.rejected_qty), NOTHING)
    is_coming = order.status in ("ordered", "part_received") and left > 0
    late = (timezone.localdate() - line.due_on).days if is_coming and line.due_on else 0
    meant = tuple((named(known, peg.demand), peg.qty - peg.used_qty) for peg in pegs)
    return LineFacts(line, left, max(late, 0), meant)


def expected_deliveries(orders: QuerySet[PurchaseOrder]) -> list[PurchaseOrder]:
    """Placed orders with something still to come, the earliest day first, each with `due_on` and `left` lines."""
    still_open = Q(lines__received_qty__lt=F("lines__qty") + F("lines__rejected_qty"))
    rows: Any = orders.filter(status__in=("ordered", "part_received"), origin="own").annotate(
        due_on=Min("lines__due_on", filter=still_open), left=Count("lines", filter=still_open, distinct=True)
    )
    return list(rows.select_related("supplier", "warehouse").order_by(F("due_on").asc(nulls_last=True), "pk")[:200])


def addresses_of(supplier: LegalEntity) -> list[str]:
    """Mail addresses of a supplier: the client's own, then those of the people there."""
    people = PersonRole.objects.filter(client=supplier.client_id).values("person")
    rows = ContactPoint.objects.filter(Q(client=supplier.client_id) | Q(person__in=people), kind="email")
    return list(dict.fromkeys(rows.order_by("person__id", "-is_primary", "pk").values_list("value", flat=True)))[:20]


def receipts_of(order: PurchaseOrder) -> list[GoodsReceipt]:
    return list(order.receipts.order_by("-received_at", "-pk")[:50])


def purchases_for(demand_keys: Collection[str]) -> list[PurchaseOrderLine]:
    """Purchase lines whose coming goods are meant for these demands, each with `meant` (one statement)."""
    pegs = Peg.objects.filter(demand__key__in=list(demand_keys), supply__purchase_line__isnull=False).exclude(
        status=PegStatus.RELEASED
    )
    meant: dict[int, Decimal] = defaultdict(lambda: NOTHING)
    for line_id, qty in pegs.values_list("supply__purchase_line", "qty"):
        meant[line_id] += qty
    rows = PurchaseOrderLine.objects.filter(pk__in=meant).select_related("order__supplier", "item__unit")
    found = list(rows.order_by("due_on", "pk"))
    for line in found:
        line.meant = meant[line.pk]  # type: ignore[attr-defined]
    return found
