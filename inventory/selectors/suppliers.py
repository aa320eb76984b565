"""How suppliers keep their word: what they asked, how long it took, what is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone

from inventory.choices import PurchaseStatus
from inventory.models import PurchaseOrderLine

LOOKED_BACK = timedelta(days=365)
SHOWN = 12
_PLACED = (PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED, PurchaseStatus.RECEIVED)


@dataclass(frozen=True)
class Delivery:
    """One ordered line: when it was ordered, due and complete; `days` from the order to the goods."""

    order_id: int
    number: str
    item_id: int
    sku: str
    unit: str
    qty: Decimal
    price: Decimal
    currency: str
    ordered_on: date
    due_on: date | None
    came_on: date | None
    is_open: bool
    today: date

    @property
    def days(self) -> int | None:
        return None if self.came_on is None else (self.came_on - self.ordered_on).days

    @property
    def days_late(self) -> int:
        """Days after the due day: of goods that came, or that are still waited for."""
        end = self.today if self.is_open else self.came_on
        return 0 if self.due_on is None or end is None else max((end - self.due_on).days, 0)


@dataclass
class SupplierRecord:
    """The last year of a supplier, newest first."""

    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def complete(self) -> list[Delivery]:
        return [one for one in self.deliveries if not one.is_open and one.came_on is not None]

    @property
    def on_time_percent(self) -> int | None:
        """How many of the lines that came in full were not late."""
        done = self.complete
        return round(100 * sum(one.days_late == 0 for one in done) / len(done)) if done else None

    @property
    def usual_days(self) -> int | None:
        done = [one.days for one in self.complete if one.days is not None]
        return round(sum(done) / len(done)) if done else None

    @property
    def late(self) -> list[Delivery]:
        """What is waited for after its day, the longest first."""
        waiting = [one for one in self.deliveries if one.is_open and one.days_late > 0]
        return sorted(waiting, key=lambda one: -one.days_late)


def supplier_records(supplier_ids: Collection[int], *, item_id: int | None = None) -> dict[int, SupplierRecord]:
    """The lines of each supplier in the last year, of one item or all (one statement)."""
    found: dict[int, SupplierRecord] = defaultdict(SupplierRecord)
    today = timezone.localdate()
    lines = PurchaseOrderLine.objects.filter(
        order__supplier__in=list(supplier_ids),
        order__status__in=_PLACED,
        order__ordered_at__gte=timezone.now() - LOOKED_BACK,
    )
    if item_id is not None:
        lines = lines.filter(item=item_id)
    rows = lines.annotate(last=Max("receipt_lines__receipt__received_at")).select_related("order", "item__unit")
    for line in rows.order_by("-order__ordered_at", "position"):
        is_open = line.received_qty - line.rejected_qty < line.qty
        found[line.order.supplier_id].deliveries.append(
            Delivery(
                order_id=line.order_id,
                number=line.order.number,
                item_id=line.item_id,
                sku=line.item.sku,
                unit=line.item.unit.code,
                qty=line.qty,
                price=line.price,
                currency=line.order.currency_id,
                ordered_on=timezone.localdate(line.order.ordered_at),
                due_on=line.due_on,
                came_on=timezone.localdate(line.last) if line.last and not is_open else None,
                is_open=is_open,
                today=today,
            )
        )
    return {pk: found[pk] for pk in supplier_ids}
