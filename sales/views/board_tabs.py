"""The views of the board of deals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.models import Task
from sales.choices import DealStatus
from sales.selectors.board import Line, is_late

Keeps = Callable[[Line, Mapping[int, Task], datetime, Any], bool]


@dataclass(frozen=True)
class Tab:
    """One view: which lines it keeps; `count` counts the open ones."""

    key: str
    label: str | Promise
    keeps: Keeps

    def count(self, lines: Iterable[Line], steps: Mapping[int, Task], now: datetime, user: Any) -> int:
        return sum(line.status == DealStatus.OPEN and self.keeps(line, steps, now, user) for line in lines)


def _mine(line: Line, _steps: Mapping[int, Task], _now: datetime, user: Any) -> bool:
    return line.owner_id == user.pk


def _this_month(line: Line, _steps: Mapping[int, Task], now: datetime, _user: Any) -> bool:
    today = timezone.localdate(now)
    day = line.expected_close
    return line.status != DealStatus.OPEN or (day is not None and (day.year, day.month) == (today.year, today.month))


def _attention(line: Line, steps: Mapping[int, Task], now: datetime, _user: Any) -> bool:
    return line.status == DealStatus.OPEN and (line.pk not in steps or is_late(steps[line.pk], now))


TABS = (
    Tab("", _("All open"), lambda *_known: True),
    Tab("mine", _("My deals"), _mine),
    Tab("month", _("Closing this month"), _this_month),
    Tab("attention", _("Needs attention"), _attention),
)


def tab_of(key: str) -> Tab:
    return next((tab for tab in TABS if tab.key == key), TABS[0])
