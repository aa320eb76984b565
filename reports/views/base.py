"""What the pages of reports have in common: days and place from the address, parts of it kept in links."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from core import policy
from core.access import scope
from core.ui import views
from core.ui.access import Guarded
from reports import periods
from reports.dashboard.frame import Frame
from reports.periods import Days


class ReportScreen(ContextMixin, TemplateResponseMixin, Guarded, View):
    """A page about some days. `data_action` is the right to what it counts, beside that to see indicators."""

    action = "reports.view_indicators"
    data_action = ""
    default_period = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and self.data_action and not policy.allows(request.user, self.data_action):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def today(self) -> Any:
        return timezone.localdate()

    @cached_property
    def _read(self) -> tuple[Days, str]:
        return periods.read(self.request.GET.dict(), self.today, self.default_period)  # type: ignore[arg-type]

    @property
    def days(self) -> Days:
        return self._read[0]

    @cached_property
    def compare(self) -> str:
        asked = self.request.GET.get("against", "")
        return asked if asked in (periods.YEAR, periods.BEFORE) else periods.YEAR

    @cached_property
    def frame(self) -> Frame:
        return Frame(self.user, self.days, self.today, scope.current(self.request), self.compare)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(**kwargs))
        response["Vary"] = "HX-Request"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wrong = self._read[1]
        return super().get_context_data(
            **{
                "days": self.days,
                "period_error": wrong,
                "periods": [
                    (words, self.address(period=key), key == self.days.key)
                    for key, words in periods.offered(self.today)
                ],
                "compare": self.compare,
                "compares": [(key, self.address(against=key)) for key in (periods.YEAR, periods.BEFORE)],
                "kept": [
                    (name, value)
                    for name, values in self.request.GET.lists()
                    for value in values
                    if name not in ("period", "since", "until", "table", "page")
                ],
                "may_export": views.may_export(self.user),
                "csv_url": self.address(format="csv"),
                "xlsx_url": self.address(format="xlsx"),
                **kwargs,
            }
        )

    def address(self, **changes: str) -> str:
        """This page with some parts of the address changed; other days take the place of own ones."""
        query = self.request.GET.copy()
        if "period" in changes:
            query.pop("since", None)
            query.pop("until", None)
        for name in ("page", "format"):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"
