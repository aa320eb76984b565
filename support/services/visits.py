"""Installation visits: reported once, by the crew through a link or by a user; planning lies in `planning`."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from core import policy
from core.actors import SYSTEM, Actor, user_or_none
from core.services import public_links
from core.services.attachments import Picture, store_pictures
from core.services.records import note_status
from core.transactions import command
from sales.models import SalesOrder
from support.choices import VisitStatus
from support.errors import ReasonMissing, VisitClosed
from support.models import InstallationVisit
from support.services.crew_links import LINK_PURPOSE, OPEN, open_visit_link, revoke_link, visit_of_link
from support.services.planning import change_visit, plan_visit
from support.services.reporting import carry_out
from support.services.reports import Upload, VisitReport, VisitResult, photos_of, pictures_of, result_of
from support.services.tickets import open_ticket
from support.services.uploads import forget_uploads

__all__ = [
    "Upload", "VisitReport", "VisitResult", "change_visit", "fail_visit", "finish_visit", "open_visit_link",
    "plan_visit", "report_failure", "revoke_link", "start_visit", "submit_visit", "visit_of_link",
]  # fmt: skip

OVER = (VisitStatus.DONE, VisitStatus.FAILED)


def submit_visit(*, token: str, submission_key: str, report: VisitReport, at: datetime) -> VisitResult:
    """The crew's report through its link: parts leave the stock, the fee and the parts' cost go on the order, the
    task is done and the data is on order and deal.

    A second submission, with the same or another key, changes nothing and returns the first result. Pictures are
    checked before the transaction begins. Locks the order, the visit, then the stock. Raises LinkNotUsable,
    VisitClosed, NotSigned, TooManyPhotos, PictureMissing, NotAPicture, PictureTooLarge, PartNotKept, and
    InsufficientStock from inventory; then nothing is changed.
    """
    visit = visit_of_link(token=token, at=at)
    pictures = [] if visit.status in OVER else pictures_of(report, visit)
    return _submit(token=token, submission_key=submission_key, report=report, pictures=pictures, at=at, by=SYSTEM)


def report_failure(*, token: str, submission_key: str, reason: str, report: VisitReport, at: datetime) -> VisitResult:
    """The crew says through its link why it could not install; pictures of it are kept, another visit can be planned.

    A second submission changes nothing and returns the first result. Locks the visit. Raises LinkNotUsable,
    ReasonMissing, and what `submit_visit` does about pictures.
    """
    visit = visit_of_link(token=token, at=at)
    if not reason.strip():
        raise ReasonMissing
    pictures = [] if visit.status in OVER else photos_of(report, visit)
    return _report_failure(
        token=token, submission_key=submission_key, reason=reason.strip(), pictures=pictures, at=at, by=SYSTEM
    )


def finish_visit(
    *, visit_id: int, report: VisitReport, at: datetime, by: Actor, submission_key: str | None = None
) -> VisitResult:
    """Report a visit for the crew, as a user with the right; otherwise as `submit_visit`."""
    visit = InstallationVisit.objects.get(pk=visit_id)
    policy.require(by, "support.finish_visit", visit)
    pictures = [] if visit.status == VisitStatus.DONE else pictures_of(report, visit)
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
    return _close(visit, status, at=at, by=by, remark=remark)


def _close(
    visit: InstallationVisit, status: VisitStatus, *, at: datetime, by: Actor, remark: str = ""
) -> InstallationVisit:
    note_status(visit, old=visit.status, new=status, at=at, by=by, note=remark[:300])
    visit.status, visit.remark, visit.updated_by = status, remark or visit.remark, user_or_none(by)
    visit.save(update_fields=["status", "remark", "updated_by", "submission_key"])
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
    if _has_result(visit, submission_key):
        return result_of(visit)
    public_links.use_link(token=token, purpose=LINK_PURPOSE, model=InstallationVisit, at=at)
    return _carry_out(visit, report, pictures, submission_key=submission_key, at=at, by=by)


@command
def _report_failure(
    *, token: str, submission_key: str, reason: str, pictures: list[tuple[str, Picture]], at: datetime, by: Actor
) -> VisitResult:
    visit = _locked(visit_of_link(token=token, at=at).pk)
    if visit.status in OVER:
        return result_of(visit)
    public_links.use_link(token=token, purpose=LINK_PURPOSE, model=InstallationVisit, at=at)
    visit.submission_key = _key(visit, submission_key)
    _close(visit, VisitStatus.FAILED, at=at, by=by, remark=reason)
    forget_uploads(visit)
    store_pictures(record=visit, pictures=pictures, by=by)
    return result_of(visit)


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


def _has_result(visit: InstallationVisit, submission_key: str) -> bool:
    """A done visit has its result; a failed one has it for the phone that reported the failure."""
    failed_by_it = visit.status == VisitStatus.FAILED and visit.submission_key == _key(visit, submission_key)
    return visit.status == VisitStatus.DONE or failed_by_it


def _key(visit: InstallationVisit, submission_key: str | None) -> str | None:
    """Keys of two visits may be equal, those of one visit do not meet: its second submission ends before."""
    return f"{visit.pk}:{submission_key}"[:80] if submission_key else None


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
    visit.submission_key = _key(visit, submission_key)
    if report.left:
        _ask_to_come_again(visit, report.left, at=at)
    forget_uploads(visit)
    carry_out(visit, parts=report.parts, pictures=pictures, told=report.told(), at=at, by=by)
    return result_of(visit)


def _ask_to_come_again(visit: InstallationVisit, left: str, *, at: datetime) -> None:
    """What the crew left undone becomes a ticket of the order, so that somebody sees to it."""
    open_ticket(
        order_id=visit.order_id,
        subject=_("Left to do after visit %(number)s") % {"number": visit.number},
        description=left,
        key=f"visit:{visit.pk}:left",
        at=at,
        by=SYSTEM,
    )
