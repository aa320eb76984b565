"""W7 and W8: commands sent as a person sends them, each in a transaction that is rolled back, so the set stays."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Role, RoleAssignment, User
from crm.models import LegalEntity
from inventory.models import Demand, StockBalance
from sales.services.confirming import confirm_order
from sales.services.lines import LineDraft
from sales.services.orders import create_order
from samples.bench.browsers import Inside
from samples.bench.measuring import Closer, watched

UNITS = 30
LINES = 10


@dataclass(frozen=True)
class Sent:
    """What a unit posts, and what has to be true afterwards."""

    path: str
    data: dict[str, Any]
    happened: Callable[[], bool]


@transaction.atomic
def posted(prepare: Callable[[int], Sent]) -> list[Closer]:
    """Answer, middleware and deferred checks included; the first unit warms up. Sent by somebody who may do all."""
    user = User.objects.create_user("bench.all@example.com", first_name="All", last_name="Rights")
    RoleAssignment.objects.create(user=user, role=Role.objects.get(code="administrator"))
    browser = Inside(user)
    browser.get("/")  # somebody at work: the session is known, and not rolled back with each unit
    found = []
    for number in range(UNITS + 1):
        with transaction.atomic():
            unit = prepare(number)
            with watched() as statements:
                began, busy = time.perf_counter(), time.process_time()
                answer = browser.post(unit.path, unit.data)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                wall, cpu = time.perf_counter() - began, time.process_time() - busy
            if answer.status >= 400 or not unit.happened():
                raise RuntimeError(f"{unit.path} answered {answer.status}: {answer.text[:300]}")
            transaction.set_rollback(True)
        found.append(Closer(statements.count, wall * 1000, cpu * 1000, statements.seconds * 1000))
    transaction.set_rollback(True)
    return found[1:]


def _draft(number: int) -> Any:
    """A draft order of ten goods that lie free in one warehouse, one of each."""
    free = StockBalance.objects.filter(
        qty__gte=F("reserved") + 5, location__warehouse__isnull=False, item__tracking="none"
    )
    warehouse = free.order_by("pk").values_list("location__warehouse", flat=True)[0]
    rows = free.filter(location__warehouse=warehouse).order_by("item").values_list("item", flat=True).distinct()
    items = list(rows[number * LINES : number * LINES + LINES])
    entity = LegalEntity.objects.filter(client__status="active", client__is_customer=True).order_by("pk")[number]
    branch = StockBalance.objects.filter(location__warehouse=warehouse)[0].location.warehouse.branch_id
    return create_order(
        legal_entity_id=entity.pk,
        lines=[LineDraft(item_id=item, qty=Decimal(1), unit_price=Decimal("12.50")) for item in items],
        at=timezone.now(),
        by=SYSTEM,
        branch_id=branch,
        warehouse_id=warehouse,
        owner_id=entity.client.owner_id,
    )


def reserved_for(order: Any) -> Decimal:
    keys = [f"sales.line:{line.pk}" for line in order.lines.all()]
    return Demand.objects.filter(key__in=keys).aggregate(total=Sum("pegged_qty"))["total"] or Decimal(0)


def confirmed(_user: User) -> list[Closer]:
    def prepare(number: int) -> Sent:
        order = _draft(number)

        def happened() -> bool:
            order.refresh_from_db()
            return bool(order.status == "confirmed" and reserved_for(order) == LINES)

        return Sent(reverse("sales:order_confirm", args=[order.pk]), {"key": f"bench-{number}"}, happened)

    return posted(prepare)


def shipped(_user: User) -> list[Closer]:
    def prepare(number: int) -> Sent:
        order = _draft(number)
        confirm_order(order_id=order.pk, at=timezone.now(), by=SYSTEM)
        data: dict[str, Any] = {f"qty-{line.pk}": "1" for line in order.lines.all()}

        def happened() -> bool:
            return bool(order.lines.filter(shipped_qty=1).count() == LINES)

        return Sent(reverse("sales:order_ship", args=[order.pk]), {"key": f"bench-{number}", **data}, happened)

    return posted(prepare)
