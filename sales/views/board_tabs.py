"""The views of the board of deals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.models import Task
from sales.choices import DealStatus
from sales.selectors.board import Line, is_late


@dataclass(frozen=True)
class Seen:
    """Who looks at a board, when, and what the next steps of its deals are."""

    steps: Mapping[int, Task]
    now: datetime
    today: date
    user_id: int


Keeps = Callable[[Line, Seen], bool]


@dataclass(frozen=True)
class Tab:
    """One view: which lines it keeps; `count` counts the open ones."""

    key: str
    label: str | Promise
    keeps: Keeps

    def of(self, lines: list[Line], seen: Seen) -> list[Line]:
        """Those it keeps."""
        return [line for line in lines if self.keeps(line, seen)] if self.key else lines

    def count(self, open_lines: list[Line], seen: Seen) -> int:
        return len(self.of(open_lines, seen))


def _mine(line: Line, seen: Seen) -> bool:
    return line.owner_id == seen.user_id


def _this_month(line: Line, seen: Seen) -> bool:
    if line.status != DealStatus.OPEN:
        return True
    day, today = line.expected_close, seen.today
    return day is not None and day.month == today.month and day.year == today.year


def _attention(line: Line, seen: Seen) -> bool:
    return line.status == DealStatus.OPEN and (line.pk not in seen.steps or is_late(seen.steps[line.pk], seen.now))


TABS = (
    Tab("", _("All open"), lambda _line, _seen: True),
    Tab("mine", _("My deals"), _mine),
    Tab("month", _("Closing this month"), _this_month),
    Tab("attention", _("Needs attention"), _attention),
)


def tab_of(key: str) -> Tab:
    return next((tab for tab in TABS if tab.key == key), TABS[0])
