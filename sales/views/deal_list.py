"""Deals as a table."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.ui.lists import ListScreen, Total
from core.ui.menus import FilterMenu
from sales.selectors.closing import owners_of
from sales.selectors.funnel import WEIGHTED
from sales.views.deal_layouts import layouts, menus


class DealList(ListScreen):
    template_name, partial = "sales/deal_list.html", "sales/_deal_list.html"
    totals: Any = (Total(_("Amount"), Sum("amount")), Total(_("Weighted"), Sum(WEIGHTED)))

    def menus(self) -> list[FilterMenu]:
        return menus(owners_of(self.visible()), self.query.parameters, self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ways = layouts(self.query.parameters, self.user)
        return super().get_context_data(layouts=ways, layout="table", **kwargs)
