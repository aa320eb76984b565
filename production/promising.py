"""From a timetable to a promise: when an order ships, when it arrives, and what holds it up. Pure.

Goods are shipped on the working day after the last operation (or after they were there), goods that were
bought on the day they can be used; transport takes one working day more.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from core.calendars import Calendar
from core.ui import daywords
from production.timetable import TimedJob, TimedStep, Timetable, Wait

NOTHING = timedelta(0)


class Cause(StrEnum):
    ITEM = "item"
    CENTER = "center"


@dataclass(frozen=True)
class Reason:
    """Something on the way to the date: goods that have to come, a centre that is taken, work that takes time.

    `wait` is the time lost to it, `work` how long the work itself takes; only critical reasons move the date.
    """

    cause: Cause
    record_id: int
    code: str
    until: datetime
    wait: timedelta
    work: timedelta
    critical: bool
    text: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class PromisedOperation:
    """A step of the plan: what is worked on, at which centre, from when to when. `job` names the work order."""

    job: Hashable
    item_id: int
    item: str
    sequence: int
    name: str
    center_id: int
    center: str
    minutes: Decimal
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Promise:
    """When goods are made, shipped and delivered. All None for an order without goods.

    `start_at` is when the first job has all it needs; its centre may still be taken then.
    `bottleneck` is the critical reason that costs most time (where nothing is waited for: the longest work);
    an earlier delivery starts there.
    """

    start_at: datetime | None
    operations: tuple[PromisedOperation, ...]
    ship_on: date | None
    deliver_on: date | None
    bottleneck: Reason | None
    reasons: tuple[Reason, ...]


def promise_from(goods: Sequence[Wait], timetable: Timetable, calendar: Calendar, at: datetime) -> Promise:
    """The promise for goods that are laid out in `timetable`; `calendar` is that of the shipping branch.

    What the timetable holds beside these goods plays no part.
    """
    timetable = timetable.below(goods)
    if not goods:
        return Promise(None, (), None, None, None, ())
    last = max(goods, key=lambda wait: (_ships_on(wait, timetable, calendar, at), timetable.usable_at(wait)))
    ship_on = _ships_on(last, timetable, calendar, at)
    operations = [_operation(step) for step in timetable.steps()]
    reasons = _reasons(last, goods, timetable, at)
    critical = [reason for reason in reasons if reason.critical]
    return Promise(
        start_at=min((job.ready_at for job in timetable.jobs.values()), default=timetable.usable_at(last)),
        operations=tuple(sorted(operations, key=lambda row: (row.starts_at, row.ends_at, row.sequence))),
        ship_on=ship_on,
        deliver_on=calendar.next_working_day(ship_on),
        bottleneck=max(critical, key=lambda reason: (reason.wait, reason.work), default=None),
        reasons=tuple(reasons),
    )


def _operation(timed: TimedStep) -> PromisedOperation:
    return PromisedOperation(
        job=timed.job.key,
        item_id=timed.job.item_id,
        item=timed.job.code,
        sequence=timed.step.sequence,
        name=timed.step.name,
        center_id=timed.step.center_id,
        center=timed.center_code,
        minutes=timed.step.minutes,
        starts_at=timed.start,
        ends_at=timed.end,
    )


def _ships_on(wait: Wait, timetable: Timetable, calendar: Calendar, at: datetime) -> date:
    day = calendar.day_of(max(timetable.usable_at(wait), at))
    if wait.bought:
        return day  # they came the working day before, and leave on the day they can be used
    return calendar.next_working_day(day)


def _reasons(last: Wait, goods: Sequence[Wait], timetable: Timetable, at: datetime) -> list[Reason]:
    """Everything that has to come or is in the way, earliest first, and what of it is critical."""
    path = _critical_path(last, timetable)
    on_path = {id(part) for part in path}
    found: dict[tuple[Cause, Hashable], Reason] = {}
    for wait in [*goods, *(wait for job in timetable.jobs.values() for wait in job.job.waits)]:
        if wait.job is None and not wait.in_stock and wait.usable_at is not None:
            _keep(found, _coming(wait, at, critical=id(wait) in on_path))
    for step in timetable.steps():
        if step.placement is not None and (id(step) in on_path or step.end > step.empty_end):
            _keep(found, _taken(step, critical=id(step) in on_path))
    return sorted(found.values(), key=lambda reason: (reason.until, reason.code))


def _critical_path(last: Wait, timetable: Timetable) -> list[Wait | TimedStep]:
    """What the last goods hang on, from the end backwards: steps, and the wait each job was held by."""
    path: list[Wait | TimedStep] = []
    wait: Wait | None = last
    while wait is not None:
        path.append(wait)
        if wait.job is None:
            break
        job: TimedJob = timetable.jobs[wait.job]
        path.extend(reversed(job.steps))
        wait = job.held_by
    return path


def _keep(found: dict[tuple[Cause, Hashable], Reason], reason: Reason) -> None:
    """One reason per item or centre: the critical one, then the one that costs most."""
    known = found.get((reason.cause, reason.record_id))
    if known is None or (reason.critical, reason.wait, reason.until) > (known.critical, known.wait, known.until):
        found[(reason.cause, reason.record_id)] = reason


def _coming(wait: Wait, at: datetime, *, critical: bool) -> Reason:
    assert wait.usable_at is not None  # noqa: S101 - only waits for goods to come get here
    text = _("{code} can be used from {until}.").format(code=wait.code, until=daywords.moment(wait.usable_at))
    lost = max(wait.usable_at - at, NOTHING)
    return Reason(Cause.ITEM, wait.item_id, wait.code, wait.usable_at, lost, NOTHING, critical, text)


def _taken(step: TimedStep, *, critical: bool) -> Reason:
    lost = step.end - step.empty_end
    if lost:
        sentence = _("{code} is taken by other work; {item} is done there at {until}.")
    else:
        sentence = _("{code}: work on {item} takes until {until}.")
    text = sentence.format(code=step.center_code, item=step.job.code, until=daywords.moment(step.end))
    work = step.end - step.start
    return Reason(Cause.CENTER, step.step.center_id, step.center_code, step.end, lost, work, critical, text)
