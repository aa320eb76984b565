"""What stands around the columns of the board of deals: views, filters, tabs, totals."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from core import policy
from core.selectors.currency import home_currency
from core.ui import amounts
from core.ui.views import of_board
from sales.selectors.board_figures import weighted
from sales.selectors.my_day import left_of_plan
from sales.views.board_tabs import TABS, Tab
from sales.views.deal_layouts import CARRIED, layouts, menus


class Frame:
    """The head of the page; the board has read its columns before."""

    def extra(self: Any) -> dict[str, Any]:
        kept = getattr(self, "kept", [])
        open_ones = [group for group in kept if group.is_open]
        asked = self.request.GET
        return {
            "layout": self.layout,
            "views": None if self._is_part() else of_board(f"deal_{self.layout}", self.actor, asked),
            "layouts": layouts(asked, self.actor, self.pipeline),
            "menus": () if self._is_part() else menus(self.owners(), asked, self.actor),
            "kept": [(name, one) for name in ("owner", "expected_close") for one in asked.getlist(name) if one],
            "is_narrowed": any(asked.get(name) for name in (*CARRIED, "tab")),
            "pipeline": self.pipeline,
            "pipelines": self.pipelines,
            "query": self.request.GET.get("q", ""),
            "tab": self.tab,
            "tabs": [(tab, getattr(self, "counted", {}).get(tab.key), self._tab_address(tab)) for tab in TABS],
            "open_total": amounts.whole_money(sum((group.amount for group in open_ones), Decimal(0)), home_currency()),
            "weighted_total": amounts.whole_money(weighted(open_ones), home_currency()),
            "plan_left": "" if self._is_part() else self._plan_left(),
            "may_create": policy.allows(self.actor, self.add_action),
        }

    def _plan_left(self: Any) -> str:
        left = left_of_plan(self.actor, timezone.localdate())
        return "" if left is None else amounts.whole_money(left, home_currency())

    def _tab_address(self: Any, tab: Tab) -> str:
        """The same board with another view of it."""
        pairs = [(name, value) for name, value in self._kept_by_tabs if name != "pipeline"]
        return f"?{urlencode([*pairs, ('pipeline', self.pipeline.code), *([('tab', tab.key)] if tab.key else [])])}"

    @cached_property
    def _kept_by_tabs(self: Any) -> list[tuple[str, str]]:
        left_out = ("tab", "column", "view")
        asked = self.request.GET
        names = [name for name in asked if name not in left_out and not name.startswith("show-")]
        return [(name, value) for name in names for value in asked.getlist(name)]
