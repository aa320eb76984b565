"""When the jobs of a plan run, given what they wait for. Pure: values in, values out, no database."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from graphlib import TopologicalSorter

from production.scheduling import Center, Placement


@dataclass(frozen=True)
class Wait:
    """Something a job (or an order line) needs: there at `usable_at`, or when the job named by `job` ends.

    `in_stock` goods lie in the warehouse already, `bought` ones rest for a night before they can be used.
    """

    item_id: int
    code: str
    usable_at: datetime | None = None
    job: Hashable | None = None
    in_stock: bool = False
    bought: bool = False


@dataclass(frozen=True)
class Step:
    """One operation. `fixed` gives the times of one that runs or is done and is not moved any more."""

    sequence: int
    name: str
    center_id: int
    minutes: Decimal
    key: int | None = None
    fixed: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class Job:
    """Something to be made: what it waits for and its steps in order. `rank` orders jobs that compete."""

    key: Hashable
    item_id: int
    code: str
    qty: Decimal
    waits: tuple[Wait, ...] = ()
    steps: tuple[Step, ...] = ()
    rank: tuple[int, ...] = ()


@dataclass(frozen=True)
class TimedStep:
    """A step with its place; `ready_at` is when it could have begun, `empty_end` its end on an empty centre."""

    job: Job
    step: Step
    ready_at: datetime
    start: datetime
    end: datetime
    empty_end: datetime
    placement: Placement | None
    center_code: str = ""


@dataclass(frozen=True)
class TimedJob:
    job: Job
    ready_at: datetime
    held_by: Wait | None
    steps: tuple[TimedStep, ...]
    start: datetime
    end: datetime


@dataclass
class Timetable:
    jobs: dict[Hashable, TimedJob] = field(default_factory=dict)

    def steps(self) -> list[TimedStep]:
        return [step for job in self.jobs.values() for step in job.steps]

    def below(self, waits: Iterable[Wait]) -> Timetable:
        """The jobs that these goods hang on, directly or through their parts."""
        found = Timetable()
        open_waits = list(waits)
        while open_waits:
            key = open_waits.pop().job
            if key is not None and key not in found.jobs:
                found.jobs[key] = self.jobs[key]
                open_waits.extend(self.jobs[key].job.waits)
        return found

    def usable_at(self, wait: Wait) -> datetime:
        """When what a job waits for is there. What a job makes can be used as soon as it ends."""
        if wait.job is not None:
            return self.jobs[wait.job].end
        assert wait.usable_at is not None  # noqa: S101 - one of the two is always given
        return wait.usable_at


def in_order(jobs: Iterable[Job]) -> list[Job]:
    """Jobs behind those they wait for; among the free ones by rank, then by input order."""
    listed = list(jobs)
    place = {job.key: (job.rank, index) for index, job in enumerate(listed)}
    by_key = {job.key: job for job in listed}
    sorter: TopologicalSorter[Hashable] = TopologicalSorter(
        {job.key: [wait.job for wait in job.waits if wait.job in by_key] for job in listed}
    )
    sorter.prepare()
    ordered: list[Job] = []
    free: list[Hashable] = []
    while sorter.is_active():
        free = sorted([*free, *sorter.get_ready()], key=lambda key: place[key])
        first = free.pop(0)
        ordered.append(by_key[first])
        sorter.done(first)
    return ordered


def lay_out(jobs: Sequence[Job], centers: Mapping[int, Center], at: datetime) -> Timetable:
    """Place every job as early as it can run, not before `at`, and take the time of its work centres.

    The order is that of `in_order`, so the result depends on nothing but the input.
    """
    timetable = Timetable()
    for job in in_order(jobs):
        timetable.jobs[job.key] = _lay_out_job(job, timetable, centers, at)
    return timetable


def _lay_out_job(job: Job, timetable: Timetable, centers: Mapping[int, Center], at: datetime) -> TimedJob:
    ready_at, held_by = at, None
    for wait in job.waits:
        usable_at = timetable.usable_at(wait)
        if usable_at > ready_at:
            ready_at, held_by = usable_at, wait
    steps: list[TimedStep] = []
    moment = ready_at
    for step in job.steps:
        if step.fixed:
            start, end = step.fixed
            timed = TimedStep(job, step, start, start, end, end, None, centers[step.center_id].code)
        else:
            center = centers[step.center_id]
            empty_end = center.end_if_empty(step.minutes, moment)
            placed = center.place(step.minutes, moment)
            timed = TimedStep(job, step, moment, placed.start, placed.end, empty_end, placed, center.code)
        steps.append(timed)
        moment = max(moment, timed.end)
    start = steps[0].start if steps else ready_at
    end = steps[-1].end if steps else ready_at
    return TimedJob(job, ready_at, held_by, tuple(steps), start, end)
