"""Open deals by the month they are to close: what each month may bring, whole and by chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.ui.column_menus import MenuEntry
from core.ui.shown_columns import BoardColumn, Shown
from sales.choices import DealStatus
from sales.selectors.board_figures import Places
from sales.selectors.closing import LATER, NONE, OVERDUE, months_ahead
from sales.views.deal_board import OPEN_ORDERS, DealBoard

MONTHS = 4


class DealForecast(DealBoard):
    """The board of deals with months for columns. It is read only: a deal's day is changed on its card."""

    http_method_names: ClassVar[list[str]] = ["get", "head", "options"]  # type: ignore[misc]
    add_form = None
    layout = "forecast"
    may_move = False  # type: ignore[assignment]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "move" in request.GET:
            raise Http404
        return super().get(request, *args, **kwargs)

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def months(self) -> list[date]:
        return months_ahead(self.today, MONTHS)

    @cached_property
    def columns(self) -> tuple[BoardColumn, ...]:  # type: ignore[override]
        months = [BoardColumn(f"{first:%Y-%m}", formats.date_format(first, "F Y")) for first in self.months]
        rest = (BoardColumn(LATER, _("Later")), BoardColumn(NONE, _("No day named")))
        return (BoardColumn(OVERDUE, _("Overdue")), *months, *rest)

    def list_of(self, column: BoardColumn) -> str:
        """The deals of a month; what closes later than the months shown has no words in the table."""
        asked = self.request.GET
        if column.key == LATER or asked.get("expected_close") or asked.get("tab") == "month":
            return ""
        return f"{self._table}&status={DealStatus.OPEN}&expected_close={column.key}"

    def orders_of(self, column: BoardColumn) -> Sequence[tuple[str, str | Promise]]:
        return OPEN_ORDERS

    def more_of_menu(self, column: BoardColumn) -> Sequence[MenuEntry]:
        return ()

    @property
    def places(self) -> Places:
        """The open deals by the month in which they are to close."""
        return Places(tuple(self.months))

    def place_of(self, key: str) -> str:
        return key

    def chance_of(self, key: str) -> int | None:
        return None

    def lines(self, keys: Sequence[str], closed_since: datetime) -> tuple[str, Sequence[Any]]:
        """All of them; in which month they close tells their columns."""
        return super().lines((), closed_since)

    def filled(self, *keys: str) -> list[Shown]:
        """The months, and before and behind them only what holds deals; under a filter no empty month either."""
        is_narrowed = bool(self.request.GET.get("expected_close"))
        always = set() if is_narrowed else {f"{first:%Y-%m}" for first in self.months}
        shown = super().filled(*keys)
        return [one for one in shown if one.count or one.column.key in always] or shown[1:2]
