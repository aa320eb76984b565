"""Taking the times: over the network with one and with eight people, inside for statements and PostgreSQL's share."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import connection

from core import setup
from core.models import User
from samples.bench.browsers import Inside, Network
from samples.bench.server import Server
from samples.bench.units import Browser, Unit, Work

WARM_UP = 32  # so many, by so many people, that every process and thread of the server has done one
WARMERS = 16
# Again and again, for a quick work: PostgreSQL makes up its mind about a prepared statement after five executions on
# each connection, and a server that runs since this morning has done that long ago.
WARM_ROUNDS, WARM_SECONDS = 6, 8.0
CLOSER = 20  # units looked at inside


@dataclass(frozen=True)
class Times:
    """Of many units, in ms."""

    median: float
    p95: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Times:
        ordered = sorted(seconds)
        place = min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))
        return cls(statistics.median(ordered) * 1000, ordered[place] * 1000)


@dataclass(frozen=True)
class Closer:
    """A unit looked at inside: statements, and ms in all, computed by us, and spent waiting for PostgreSQL."""

    statements: float
    wall: float
    cpu: float
    database: float

    @property
    def share(self) -> float:
        """PostgreSQL's part of the time."""
        return self.database / self.wall if self.wall else 0.0


@dataclass(frozen=True)
class Measured:
    """One line of the table. `cpu` is what the web processes computed for a unit, in ms, with one user."""

    work: Work
    alone: Times
    together: Times
    cpu: float
    inside: Closer


@dataclass
class Statements:
    """Counts what is sent to the database, and how long its answers take."""

    count: int = 0
    seconds: float = 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.count += 1


@contextmanager
def watched() -> Iterator[Statements]:
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


def measure(work: Work, server: Server, session_key: str, user: User, *, units: int, together: int) -> Measured:
    """All times of one work; the same units each time, whatever the machine did before."""
    dice = Random(work.code)  # noqa: S311 - nothing here is a secret
    most = WARM_ROUNDS * WARM_UP
    everything = list(work.units(2 * units + most + CLOSER, dice))
    warm, rest = everything[:most], everything[most:]
    warm_up(work, server, session_key, warm)
    spent = server.cpu_seconds()
    alone = run_alone(work, server, session_key, rest[:units])
    spent = server.cpu_seconds() - spent
    crowd = run_together(work, server, session_key, rest[units : 2 * units], together)
    return Measured(
        work, Times.of(alone), Times.of(crowd), spent * 1000 / units, look_closer(work, user, rest[-CLOSER:])
    )


def inside(work: Work, user: User) -> Closer:
    """Only what a look inside tells, of as many units."""
    dice = Random(work.code)  # noqa: S311 - nothing here is a secret
    return look_closer(work, user, list(work.units(CLOSER, dice)))


def warm_up(work: Work, server: Server, session_key: str, units: Sequence[Unit]) -> None:
    """One round at least; no more begins after WARM_SECONDS."""
    end = time.monotonic() + WARM_SECONDS
    for first in range(0, len(units), WARM_UP):
        run_together(work, server, session_key, units[first : first + WARM_UP], WARMERS)
        if time.monotonic() > end:
            break


def run_alone(work: Work, server: Server, session_key: str, units: Sequence[Unit]) -> list[float]:
    browser = Network(server.port, server.session_cookie, session_key)
    return [timed(work, browser, unit) for unit in units]


def run_together(work: Work, server: Server, session_key: str, units: Sequence[Unit], together: int) -> list[float]:
    """Several people at once, each a process of its own, each with a share of the units."""
    connection.close()  # the processes inherit it
    context = multiprocessing.get_context("fork")
    start = context.Barrier(together)
    gathered: Any = context.Queue()
    people = [
        context.Process(target=_person, args=(work, server, session_key, units[place::together], start, gathered))
        for place in range(together)
    ]
    for person in people:
        person.start()
    found = [seconds for _person in people for seconds in gathered.get(timeout=300)]
    for person in people:
        person.join()
    if len(found) != len(units):
        raise RuntimeError(f"{len(units) - len(found)} of {len(units)} units of {work.code} failed")
    return found


def _person(work: Work, server: Server, session_key: str, units: Sequence[Unit], start: Any, gathered: Any) -> None:
    browser = Network(server.port, server.session_cookie, session_key)
    found: list[float] = []
    start.wait(60)
    try:
        for unit in units:
            found.append(timed(work, browser, unit))
    finally:
        gathered.put(found)


def timed(work: Work, browser: Browser, unit: Unit) -> float:
    began = time.perf_counter()
    work.do(browser, unit)
    return time.perf_counter() - began


def look_closer(work: Work, user: User, units: Sequence[Unit]) -> Closer:
    """The same units inside this process; the medians."""
    browser = Inside(user)
    work.do(browser, units[0])
    found: list[tuple[int, float, float, float]] = []
    for unit in units[1:]:
        setup.forget()
        with watched() as statements:
            began, busy = time.perf_counter(), time.process_time()
            work.do(browser, unit)
            wall, cpu = time.perf_counter() - began, time.process_time() - busy
        found.append((statements.count, wall * 1000, cpu * 1000, statements.seconds * 1000))
    counts, walls, cpus, waits = (statistics.median(column) for column in zip(*found, strict=True))
    return Closer(counts, walls, cpus, waits)
