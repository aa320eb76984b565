"""Installation visits: planned for an order, reported once by the crew through a link or by a user."""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Sum

from core import policy
from core.actors import SYSTEM, Actor, user_or_none
from core.money import cents
from core.services import public_links
from core.services.attachments import Picture
from core.services.numbers import take_number
from core.services.records import note_status
from core.transactions import command
from crm.models import Task
from inventory.choices import ServiceRole
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from support.choices import VisitStatus
from support.errors import NothingToInstall, VisitClosed
from support.models import InstallationVisit
from support.services.reporting import carry_out
from support.services.reports import Upload, VisitReport, VisitResult, pictures_of, result_of

__all__ = [
    "Upload", "VisitReport", "VisitResult", "fail_visit", "finish_visit", "open_visit_link", "plan_visit",
    "revoke_link", "start_visit", "submit_visit", "visit_of_link",
]  # fmt: skip

logger = logging.getLogger(__name__)

LINK_PURPOSE = "support.visit"
OPEN = (VisitStatus.PLANNED, VisitStatus.IN_FIELD)
INSTALLABLE = (OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE)


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
) -> InstallationVisit:
    """Plan the crew's visit for an order, or change the plan of the open one: an order has one open visit.

    `fee` is what the crew gets, in the base currency; at first the estimated cost of the installation lines. What
    is not named stays as it is; planning the same again changes nothing. Locks the order, then the visit.
    Raises NothingToInstall for an order that is not confirmed, VisitClosed when its visit is done.
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
        "slot": DateTimeTZRange(*slot) if slot else visit.slot,
        "fee": visit.fee if fee is None else cents(fee),
    }
    changes = {name: value for name, value in wanted.items() if value != getattr(visit, name)}
    if changes:
        if visit.status not in OPEN:
            raise VisitClosed(number=visit.number, status=visit.get_status_display())
        for name, value in changes.items():
            setattr(visit, name, value)
        visit.updated_by = user_or_none(by)
        visit.save(update_fields=[*changes, "updated_by"])
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


@command
def open_visit_link(*, visit_id: int, expires_at: datetime, by: Actor) -> str:
    """A link for the crew to report one visit without signing in; returns its token, shown once.

    Each call makes another link; `revoke_link` withdraws them all. Raises VisitClosed for a visit that is over.
    """
    visit = InstallationVisit.objects.get(pk=visit_id)
    policy.require(by, "support.plan_visit", visit)
    if visit.status not in OPEN:
        raise VisitClosed(number=visit.number, status=visit.get_status_display())
    return public_links.make_link(record=visit, purpose=LINK_PURPOSE, expires_at=expires_at, by=by)


@command
def revoke_link(*, visit_id: int, at: datetime, by: Actor) -> int:
    """Withdraw all links of a visit; returns how many were live."""
    visit = InstallationVisit.objects.get(pk=visit_id)
    policy.require(by, "support.plan_visit", visit)
    return public_links.revoke_links(record=visit, purpose=LINK_PURPOSE, at=at, by=by)


def visit_of_link(*, token: str, at: datetime) -> InstallationVisit:
    """The visit that a token opens at `at`, to show its form. Raises LinkNotUsable."""
    link = public_links.read_link(token=token, purpose=LINK_PURPOSE, model=InstallationVisit, at=at)
    return InstallationVisit.objects.select_related("order__client", "order__legal_entity").get(pk=link.record_id)


def submit_visit(*, token: str, submission_key: str, report: VisitReport, at: datetime) -> VisitResult:
    """The crew's report through its link: parts leave the stock, the fee and the parts' cost go on the order, the
    task is done and the data is on order and deal.

    A second submission, with the same or another key, changes nothing and returns the first result. Pictures are
    checked before the transaction begins. Locks the order, the visit, then the stock. Raises LinkNotUsable,
    VisitClosed, NotSigned, TooManyPhotos, NotAPicture, PictureTooLarge, PartNotKept, and InsufficientStock from
    inventory; then nothing is changed.
    """
    visit = visit_of_link(token=token, at=at)
    pictures = [] if visit.status == VisitStatus.DONE else pictures_of(report)
    return _submit(token=token, submission_key=submission_key, report=report, pictures=pictures, at=at, by=SYSTEM)


def finish_visit(
    *, visit_id: int, report: VisitReport, at: datetime, by: Actor, submission_key: str | None = None
) -> VisitResult:
    """Report a visit for the crew, as a user with the right; otherwise as `submit_visit`."""
    visit = InstallationVisit.objects.get(pk=visit_id)
    policy.require(by, "support.finish_visit", visit)
    pictures = [] if visit.status == VisitStatus.DONE else pictures_of(report)
    return _finish(visit_id=visit_id, submission_key=submission_key, report=report, pictures=pictures, at=at, by=by)


@command
def start_visit(*, visit_id: int, at: datetime, by: Actor) -> InstallationVisit:
    """The crew is on its way. Starting twice changes nothing. Raises VisitClosed."""
    return _move(visit_id, VisitStatus.IN_FIELD, "support.plan_visit", at=at, by=by)


@command
def fail_visit(*, visit_id: int, reason: str, at: datetime, by: Actor) -> InstallationVisit:
    """The visit came to nothing; another one can be planned. Failing twice changes nothing. Raises VisitClosed."""
    return _move(visit_id, VisitStatus.FAILED, "support.finish_visit", at=at, by=by, remark=reason)


def _move(
    visit_id: int, status: VisitStatus, action: str, *, at: datetime, by: Actor, remark: str = ""
) -> InstallationVisit:
    visit = InstallationVisit.objects.locked().get(pk=visit_id)
    policy.require(by, action, visit)
    if visit.status == status:
        return visit
    if visit.status not in OPEN:
        raise VisitClosed(number=visit.number, status=visit.get_status_display())
    note_status(visit, old=visit.status, new=status, at=at, by=by, note=remark[:300])
    visit.status, visit.remark, visit.updated_by = status, remark or visit.remark, user_or_none(by)
    visit.save(update_fields=["status", "remark", "updated_by"])
    return visit


@command
def _submit(
    *,
    token: str,
    submission_key: str,
    report: VisitReport,
    pictures: list[tuple[str, Picture]],
    at: datetime,
    by: Actor,
) -> VisitResult:
    visit = _locked(visit_of_link(token=token, at=at).pk)
    if visit.status == VisitStatus.DONE:
        return result_of(visit)
    public_links.use_link(token=token, purpose=LINK_PURPOSE, model=InstallationVisit, at=at)
    return _carry_out(visit, report, pictures, submission_key=submission_key, at=at, by=by)


@command
def _finish(
    *,
    visit_id: int,
    submission_key: str | None,
    report: VisitReport,
    pictures: list[tuple[str, Picture]],
    at: datetime,
    by: Actor,
) -> VisitResult:
    visit = _locked(visit_id)
    if visit.status == VisitStatus.DONE:
        return result_of(visit)
    return _carry_out(visit, report, pictures, submission_key=submission_key, at=at, by=by)


def _locked(visit_id: int) -> InstallationVisit:
    """Lock the order, then its visit: the order is changed by what the visit brings."""
    order_id = InstallationVisit.objects.values_list("order_id", flat=True).get(pk=visit_id)
    SalesOrder.objects.locked().get(pk=order_id)
    return InstallationVisit.objects.locked().select_related("order").get(pk=visit_id)


def _carry_out(
    visit: InstallationVisit,
    report: VisitReport,
    pictures: list[tuple[str, Picture]],
    *,
    submission_key: str | None,
    at: datetime,
    by: Actor,
) -> VisitResult:
    if visit.status not in OPEN:
        raise VisitClosed(number=visit.number, status=visit.get_status_display())
    visit.remark, visit.signed_by, visit.signed_on_paper = report.remark, report.signed_by, report.signed_on_paper
    # Keys of two visits may be equal, those of one visit do not meet: its second submission ends before here.
    visit.submission_key = f"{visit.pk}:{submission_key}"[:80] if submission_key else None
    carry_out(visit, parts=report.parts, pictures=pictures, at=at, by=by)
    return result_of(visit)
