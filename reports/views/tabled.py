"""A report that is one table: pages of rows on the screen, all of them in the file."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui import exports, views
from reports.tables import Table, as_file
from reports.views.base import ReportScreen

PAGE = 100
# The reports, and the right that each needs beside seeing indicators.
PAGES: tuple[tuple[str, str | Promise, str, str], ...] = (
    ("sales", _("Sales"), "reports:sales", "sales.view_salesorder"),
    ("funnel", _("Funnel"), "reports:funnel", "sales.view_deal"),
    ("abc", "ABC", "reports:abc", "sales.view_salesorder"),
    ("xyz", "XYZ", "reports:xyz", "sales.view_salesorder"),
    ("order_results", _("Order results"), "reports:order_results", "finance.view_results"),
)


class TableScreen(ReportScreen):
    """A subclass makes the `table`; `page` is its tab."""

    page: ClassVar[str] = ""
    file_name: ClassVar[str] = "report"

    def table(self) -> Table:
        raise NotImplementedError

    @cached_property
    def whole(self) -> Table:
        return self.table()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.GET.get("format") in (exports.CSV, exports.XLSX):
            if not views.may_export(self.user):
                return self.handle_no_permission()
            return as_file(self.file_name, request.GET["format"], self.whole.plain())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whole = self.whole
        asked = self.request.GET.get("page", "")
        last = max(1, -(-len(whole.rows) // PAGE))
        number = min(max(int(asked) if asked.isdecimal() and len(asked) < 6 else 1, 1), last)
        start = (number - 1) * PAGE
        shown = replace(whole, rows=whole.rows[start : start + PAGE])
        days = self.days.query
        return super().get_context_data(
            **{
                "table": shown,
                "lines": list(shown.lines()),
                "count": len(whole.rows),
                "first_row": start + 1,
                "last_row": start + len(shown.rows),
                "earlier": self.address(page=str(number - 1)) if number > 1 else "",
                "later": self.address(page=str(number + 1)) if number < last else "",
                "tabs": [
                    (label, f"{reverse(name)}?{days}", code == self.page)
                    for code, label, name, action in PAGES
                    if policy.allows(self.user, action)
                ],
                **kwargs,
            }
        )
