"""A week at the work centres as a chart over time: what is planned when in which lane, and when nobody works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from core.actors import Actor
from core.quantities import told
from production.models import CenterSlot, Operation, WorkCenter
from production.selectors.jobs import Job, jobs_of

USUAL = (8, 17)  # the hours of a day that are shown when nothing lies outside of them
WORKDAYS = 5
LANE = 34  # height of a lane
ROOM = Decimal("0.7")  # of the axis, in per cent, that a letter takes on a desk


@dataclass(frozen=True)
class Days:
    """The days on the axis and the hours of each that are shown."""

    days: tuple[date, ...]
    first: int
    last: int

    def at(self, moment: datetime) -> Decimal:
        """Where a moment lies on the axis, in per cent; what is outside of the hours shown lies at their edge."""
        local = timezone.localtime(moment)
        hour = Decimal(local.hour * 60 + local.minute) / 60
        inside = min(max(hour, Decimal(self.first)), Decimal(self.last)) - self.first
        place = (local.date() - self.days[0]).days
        if place < 0 or place >= len(self.days):
            return Decimal(0) if place < 0 else Decimal(100)
        return ((place + inside / (self.last - self.first)) * 100 / len(self.days)).quantize(Decimal("0.01"))

    @property
    def marks(self) -> list[tuple[date, Decimal]]:
        """Each day with where it begins."""
        return [(day, (Decimal(100 * n) / len(self.days)).quantize(Decimal("0.01"))) for n, day in enumerate(self.days)]


@dataclass(frozen=True)
class Bar:
    """One stretch of a lane: an operation (`job`), or a time the centre is blocked for a reason."""

    job: Job | None
    reason: str
    since: datetime
    until: datetime
    x: Decimal
    width: Decimal
    y: int

    @property
    def label(self) -> str:
        """What the bar has room for: item and quantity, the item alone, or nothing."""
        if self.job is None:
            return self.reason
        work = self.job.operation.work_order
        whole = f"{work.item.sku}, {told(work.qty)}"
        return next((text for text in (whole, work.item.sku) if self.width >= ROOM * (len(text) + 1)), "")


@dataclass
class Row:
    """A work centre and its bars, lane under lane."""

    center: WorkCenter
    bars: list[Bar] = field(default_factory=list)

    @property
    def height(self) -> int:
        return LANE * self.center.capacity


@dataclass(frozen=True)
class Chart:
    """The week drawn: `now` is where the present moment lies, None in other weeks."""

    axis: Days
    rows: Sequence[Row]
    now: Decimal | None


def week_chart(*, user: Actor, since: date, at: datetime) -> Chart:
    """The slots of the week from `since` on at the centres the user sees. Six statements, whatever there is."""
    centers = list(WorkCenter.objects.visible_to(user).filter(is_active=True).order_by("code"))
    start = timezone.make_aware(datetime.combine(since, time.min))
    week = DateTimeTZRange(start, start + timedelta(days=7))
    slots = list(
        CenterSlot.objects.filter(center__in=[one.pk for one in centers], period__overlap=week).order_by("period")
    )
    axis = _axis(since, slots)
    operations = Operation.objects.filter(pk__in={slot.operation_id for slot in slots if slot.operation_id})
    shown = operations.select_related("center", "work_order__item", "work_order__order_line__order")
    jobs = {job.pk: job for job in jobs_of(shown, user, at)}
    rows = {center.pk: Row(center) for center in centers}
    for slot in slots:
        bar = _bar(slot, axis, jobs)
        if bar.width > 0:
            rows[slot.center_id].bars.append(bar)
    here = axis.days[0] <= timezone.localtime(at).date() <= axis.days[-1]
    return Chart(axis, list(rows.values()), axis.at(at) if here else None)


def _axis(since: date, slots: Sequence[CenterSlot]) -> Days:
    """Monday to Friday and the usual hours; more only where something is planned outside of them."""
    first, last = USUAL
    days = WORKDAYS
    for slot in slots:
        begins, ends = timezone.localtime(slot.period.lower), timezone.localtime(slot.period.upper)
        first = min(first, begins.hour)
        last = max(last, ends.hour + (1 if ends.minute else 0))
        days = max(days, min((begins.date() - since).days + 1, 7))
    return Days(tuple(since + timedelta(days=number) for number in range(days)), first, last)


def _bar(slot: CenterSlot, axis: Days, jobs: dict[int, Job]) -> Bar:
    since, until = slot.period.lower, slot.period.upper
    x = axis.at(since)
    return Bar(
        job=jobs.get(slot.operation_id or 0),
        reason=slot.reason,
        since=since,
        until=until,
        x=x,
        width=axis.at(until) - x,
        y=(slot.lane - 1) * LANE,
    )
