"""The views of the board of deals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sales.selectors.board_figures import Alike, Care


@dataclass(frozen=True)
class Tab:
    """One view: which deals it keeps, said of groups of them and, as SQL, of each; `count` counts the open ones."""

    key: str
    label: str | Promise
    keeps: Callable[[Alike], bool]
    sql: str

    def of(self, groups: Iterable[Alike]) -> list[Alike]:
        """Those it keeps."""
        return [group for group in groups if self.keeps(group)]

    def count(self, groups: Iterable[Alike]) -> int:
        return sum(group.deals for group in groups if group.is_open and self.keeps(group))


# A closed deal closes no more, so every month keeps it.
TABS = (
    Tab("", _("All open"), lambda _group: True, "true"),
    Tab("mine", _("My deals"), lambda group: group.is_mine, "is_mine"),
    Tab("month", _("Closing this month"), lambda group: not group.is_open or group.this_month,
        "(NOT is_open OR this_month)"),
    Tab("attention", _("Needs attention"), lambda group: group.care in (Care.LATE, Care.MISSING), "care < 2"),
)  # fmt: skip


def tab_of(key: str) -> Tab:
    return next((tab for tab in TABS if tab.key == key), TABS[0])
