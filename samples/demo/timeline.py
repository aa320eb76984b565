"""A year told in order: things that happen at moments, each naming the moment of its next part."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from itertools import count
from random import Random

from core.calendars import Calendar

Happening = Generator[datetime, None, None]


class Timeline:
    """Runs happenings in the order of their moments. A happening yields when it wants to go on."""

    def __init__(self, *, calendar: Calendar, seed: int, until: datetime) -> None:
        self.calendar = calendar
        self.random = Random(seed)  # noqa: S311 - plausible, repeatable, not secret
        self.until = until
        self.now = until
        self._order = count()
        self._waiting: list[tuple[datetime, int, Happening]] = []

    def add(self, at: datetime, happening: Happening) -> None:
        heapq.heappush(self._waiting, (at, next(self._order), happening))

    def run(self, progress: Callable[[float], None] | None = None) -> None:
        """Go through all moments up to `until`; what lies later stays undone, as in life.

        `progress` is told the share of the time that is over.
        """
        began = self._waiting[0][0] if self._waiting else self.until
        while self._waiting and self._waiting[0][0] <= self.until:
            self.now, _number, happening = heapq.heappop(self._waiting)
            if progress is not None and self.until > began:
                progress((self.now - began) / (self.until - began))
            try:
                moment = next(happening)
            except StopIteration:
                continue
            self.add(max(moment, self.now), happening)

    def working_hour(self, at: datetime) -> datetime:
        """`at` itself when somebody works then, else a moment within the next working stretch."""
        start, end = next(self.calendar.open_windows(at))
        if start == at:
            return at
        return (start + (end - start) * self.random.uniform(0.02, 0.5)).replace(second=0, microsecond=0)

    def after(self, *, days: float = 0, hours: float = 0, spread: float = 0.3) -> datetime:
        """A working moment about that much later."""
        delay = timedelta(days=days, hours=hours) * self.random.uniform(1 - spread, 1 + spread)
        moment = (self.now + delay).replace(second=0, microsecond=0)
        return self.working_hour(moment)

    def morning(self, working_days: int = 1) -> datetime:
        """Half an hour after work begins, some working days from now."""
        day = self.calendar.add_working_days(self.calendar.day_of(self.now), working_days)
        return self.calendar.opening(day) + timedelta(minutes=30)

    def chance(self, percent: float) -> bool:
        return self.random.random() * 100 < percent
