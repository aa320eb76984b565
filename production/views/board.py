"""Work orders by work centre: what is to be done where, how full each centre is, what is late and what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.ui.access import Guarded
from core.ui.column_menus import MenuEntry, MenuGroup, Standing, drawn
from core.ui.menus import FilterMenu, MenuChoice
from core.ui.views import of_board
from production.models import WorkCenter
from production.registers.work import readiness_words
from production.selectors import open_work, work_board

MOST = 200


class WorkOrderBoard(Guarded, View):
    """`?week=` is a day of the week to show, `?show=` one of the tabs, `?q=` a number, item or order, `?order=` the
    order it is for; `?folded=` folds centres away."""

    action = "production.view_workorder"

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        since = monday_of(request.GET.get("week", ""))
        shown, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
        order = self._order
        columns = work_board.board(
            user=request.user,  # type: ignore[arg-type]
            since=since,
            at=now,
            show=shown,
            words=words,
            order=order,
            limits={**_limits(request), **dict.fromkeys(self._folded, 0)},
        )
        self._give_menus(columns)
        part = request.headers.get("HX-Request") == "true"
        template = "production/_board.html" if part else "production/board.html"
        answer = render(request, template, {**self._frame(since, shown, words, now), "columns": columns})
        patch_vary_headers(answer, ["HX-Request"])
        return answer

    @property
    def _order(self) -> str:
        """The sales order that is asked for, or "stock"; "" for all."""
        asked = self.request.GET.get("order", "")
        return asked if asked == open_work.FOR_STOCK or (asked.isdigit() and len(asked) < 19) else ""

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self.request.GET)

    @property
    def _folded(self) -> list[int]:
        return [int(key) for key in self._standing.folded if key.isdigit() and len(key) < 19]

    def _give_menus(self, columns: Sequence[work_board.Column]) -> None:
        """Say which columns are folded, and what can be done with each (no statement)."""
        folded = set(self._folded)
        for column in columns:
            key = str(column.center.pk)
            column.folded = column.center.pk in folded
            if column.folded:
                column.unfold = self._standing.folding(key)
            else:
                column.menu = drawn(self._menu(column.center, key))

    def _menu(self, center: WorkCenter, key: str) -> list[MenuGroup]:
        pk, user = center.pk, self.request.user
        table = f"{reverse('production:workorder_list')}?open=true&center={pk}"
        made = [
            MenuEntry(_("Show as a table"), table, "table"),
            MenuEntry(_("Fold the column"), self._standing.folding(key), "chevrons-left"),
        ]
        place = [
            MenuEntry(_("Card of the work centre"), reverse("production:center_card", args=[pk]), "building-factory")
        ]
        if policy.allows(user, "production.report_time", center):  # type: ignore[arg-type]
            place.append(MenuEntry(_("Shop floor"), reverse("production:floor_center", args=[pk]), "device-tablet"))
        if policy.allows(user, "production.edit_workcenter", center):  # type: ignore[arg-type]
            place.append(MenuEntry(_("Block time"), reverse("production:center_block", args=[pk]), "ban"))
        return [MenuGroup(made), MenuGroup(place)]

    def _order_menu(self) -> FilterMenu:
        """The orders that work is for."""
        known = open_work.orders_at_work()
        names = {"": _("Any"), **{str(pk): number for pk, number in known}, open_work.FOR_STOCK: _("For stock")}
        now = self._order
        choices = [MenuChoice(name, self._standing.with_("order", code), code == now) for code, name in names.items()]
        return FilterMenu("order", _("Order"), names.get(now, now), choices, now)

    def _frame(self, since: date, shown: str, words: str, now: datetime) -> dict[str, Any]:
        until = timezone.make_aware(datetime.combine(since + timedelta(days=7), time.min))
        counts = open_work.counts(now, until)
        tabs = [
            ("", _("This week"), counts["all"]),
            ("running", _("Running now"), counts["running"]),
            ("late", _("Late"), counts["late"]),
            ("waiting", _("Waiting"), counts["waiting"]),
            ("done", _("Done"), None),
        ]
        return {
            "views": of_board("workorder_board", self.request.user, self.request.GET),
            "tabs": tabs, "shown": shown, "words": words, "since": since, "until": since + timedelta(days=4),
            "before": since - timedelta(days=7), "after": since + timedelta(days=7), "week": since.isocalendar().week,
            "this_week": monday_of(""), "here": self.request.get_full_path(), "words_of": readiness_words,
            "order_menu": self._order_menu(), "order": self._order, "folds": sorted(self._folded),
            "may_answer": policy.allows(self.request.user, "production.report_time"),  # type: ignore[arg-type]
            "may_make": policy.allows(self.request.user, "production.make_for_stock"),  # type: ignore[arg-type]
        }  # fmt: skip


def monday_of(asked: str) -> date:
    """The Monday of the asked day's week, else of this one; on a weekend that is the week to come."""
    ahead = timezone.localdate() + timedelta(days=2)
    this_week = ahead if ahead.weekday() < 2 else timezone.localdate()
    try:
        day = parse_date(asked) or this_week
    except ValueError:
        day = this_week
    return day - timedelta(days=day.weekday())


def _limits(request: HttpRequest) -> dict[int, int]:
    """How many cards some centres show, by `?more=<centre>:<number>`."""
    found = {}
    for asked in request.GET.getlist("more"):
        center, _colon, number = asked.partition(":")
        if center.isdigit() and number.isdigit():
            found[int(center)] = min(int(number), MOST)
    return found
