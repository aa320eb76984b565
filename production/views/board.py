"""Work orders by work centre: what is to be done where, how full each centre is, what is late and what it waits for."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.ui.access import Guarded
from production.registers.work import readiness_words
from production.selectors import floor

MOST = 200


class WorkOrderBoard(Guarded, View):
    """`?week=` is a day of the week to show, `?show=` one of the tabs, `?q=` a number, item or order."""

    action = "production.view_workorder"

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        since = monday_of(request.GET.get("week", ""))
        shown, words = request.GET.get("show", ""), request.GET.get("q", "").strip()
        columns = floor.board(
            user=request.user,  # type: ignore[arg-type]
            since=since,
            at=now,
            show=shown,
            words=words,
            limits=_limits(request),
        )
        part = request.headers.get("HX-Request") == "true"
        template = "production/_board.html" if part else "production/board.html"
        answer = render(request, template, {**self._frame(since, shown, words, now), "columns": columns})
        patch_vary_headers(answer, ["HX-Request"])
        return answer

    def _frame(self, since: date, shown: str, words: str, now: datetime) -> dict[str, Any]:
        until = timezone.make_aware(datetime.combine(since + timedelta(days=7), time.min))
        counts = floor.counts(now, until)
        tabs = [
            ("", _("This week"), counts["all"]),
            ("running", _("Running now"), counts["running"]),
            ("late", _("Late"), counts["late"]),
            ("waiting", _("Waiting"), counts["waiting"]),
            ("done", _("Done"), None),
        ]
        return {
            "tabs": tabs, "shown": shown, "words": words, "since": since, "until": since + timedelta(days=4),
            "before": since - timedelta(days=7), "after": since + timedelta(days=7), "week": since.isocalendar().week,
            "this_week": monday_of(""), "here": self.request.get_full_path(), "words_of": readiness_words,
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
