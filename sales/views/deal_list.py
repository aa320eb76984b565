"""Deals as a table."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from core.ui.lists import ListScreen, Total
from sales.selectors.funnel import WEIGHTED


class DealList(ListScreen):
    template_name = "sales/deal_list.html"
    totals: Any = (Total(_("Amount"), Sum("amount")), Total(_("Weighted"), Sum(WEIGHTED)))
