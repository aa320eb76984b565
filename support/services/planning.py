"""Visits are planned for orders and planned anew: crew, time, place, contact, fee."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.money import cents
from core.services.numbers import take_number
from core.transactions import command
from crm.models import Task
from inventory.choices import ServiceRole
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from support.choices import VisitStatus
from support.errors import CrewBusy, NothingToInstall, VisitClosed
from support.models import InstallationVisit
from support.services.crew_links import OPEN

logger = logging.getLogger(__name__)

INSTALLABLE = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE)
VISIT_FIELDS = frozenset({"crew", "slot", "address", "contact", "fee"})


@command
def plan_visit(
    *,
    order_id: int,
    at: datetime,
    by: Actor,
    crew: str = "",
    slot: tuple[datetime, datetime] | None = None,
    fee: Decimal | None = None,
    contact: str = "",
    address: str = "",
) -> InstallationVisit:
    """Plan the crew's visit for an order, or change the plan of the open one: an order has one open visit.

    `fee` is what the crew gets, in the base currency; at first the estimated cost of the installation lines. What
    is not named stays as it is; planning the same again changes nothing. Locks the order, then the visit. Raises
    NothingToInstall for an order that is not confirmed, VisitClosed when its visit is done, CrewBusy.
    """
    order = SalesOrder.objects.locked().select_related("organization").get(pk=order_id)
    policy.require(by, "support.plan_visit", order)
    if order.status not in INSTALLABLE or order.warehouse_id is None:
        raise NothingToInstall(number=order.number, status=order.get_status_display())
    visits = InstallationVisit.objects.locked().filter(order=order)
    visit = next((row for row in visits if row.status != VisitStatus.FAILED), None)
    if visit is None:
        visit = _new_visit(order, order.warehouse_id, at=at, by=by)
    wanted = {
        "crew": crew or visit.crew,
        "contact": contact or visit.contact,
        "address": address or visit.address,
        "slot": DateTimeTZRange(*slot) if slot else visit.slot,
        "fee": visit.fee if fee is None else fee,
    }
    return _change(visit, wanted, by=by)


@command
def change_visit(*, visit_id: int, changes: dict[str, Any], by: Actor, version: int | None = None) -> InstallationVisit:
    """Change the plan of an open visit (VISIT_FIELDS); the same values again change nothing. Locks the visit.

    Raises StaleVersion, VisitClosed, CrewBusy, and InvalidValue for an unknown field or a time that ends too early.
    """
    visit = InstallationVisit.objects.locked().get(pk=visit_id)
    policy.require(by, "support.plan_visit", visit)
    visit.expect_version(version)
    for field in sorted(set(changes) - VISIT_FIELDS):
        raise InvalidValue(field=field, problem=_("unknown"))
    return _change(visit, changes, by=by)


def _change(visit: InstallationVisit, wanted: dict[str, Any], *, by: Actor) -> InstallationVisit:
    if "fee" in wanted:
        wanted = {**wanted, "fee": cents(wanted["fee"] or Decimal(0))}
    if "crew" in wanted:
        wanted = {**wanted, "crew": " ".join(wanted["crew"].split())}
    changes = {name: value for name, value in wanted.items() if value != getattr(visit, name)}
    if not changes:
        return visit
    if visit.status not in OPEN:
        raise VisitClosed(number=visit.number, status=visit.get_status_display())
    slot = changes.get("slot")
    if slot is not None and slot.lower >= slot.upper:
        raise InvalidValue(field="slot", problem=_("it ends before it begins"))
    for name, value in changes.items():
        setattr(visit, name, value)
    visit.updated_by = user_or_none(by)
    try:
        with transaction.atomic():
            visit.save(update_fields=[*changes, "updated_by"])
    except IntegrityError as error:
        if "visit_crew_one_place_at_a_time" not in str(error):
            raise
        raise CrewBusy(crew=visit.crew) from error
    return visit


def _new_visit(order: SalesOrder, warehouse_id: int, *, at: datetime, by: Actor) -> InstallationVisit:
    installed = OrderLine.objects.filter(order=order, item__service_role=ServiceRole.INSTALLATION)
    task = Task.objects.filter(key=f"sales.order:{order.pk}:install", visit=None).first()
    visit = InstallationVisit(
        order=order,
        branch_id=order.branch_id,
        warehouse_id=warehouse_id,
        task=task,
        address=order.delivery_address,
        fee=installed.aggregate(total=Sum("cost_amount"))["total"] or Decimal("0.00"),
        created_by=user_or_none(by),
        number=take_number("visit", organization=order.organization, on=at.date()),
    )
    visit.save()
    logger.info("visit planned", extra={"visit_id": visit.pk, "order_id": order.pk})
    return visit
