"""Work orders over time: the week of each work centre, lane by lane."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import View

from core import policy
from core.ui.access import Guarded
from production.selectors.gantt import week_chart
from production.views.board import monday_of


class WorkOrderGantt(Guarded, View):
    """`?week=` is a day of the week to show."""

    action = "production.view_workorder"

    def get(self, request: HttpRequest) -> HttpResponse:
        since = monday_of(request.GET.get("week", ""))
        context = {
            "chart": week_chart(user=request.user, since=since, at=timezone.now()),  # type: ignore[arg-type]
            "since": since, "until": since + timedelta(days=4), "week": since.isocalendar().week,
            "before": since - timedelta(days=7), "after": since + timedelta(days=7), "this_week": monday_of(""),
            "may_make": policy.allows(request.user, "production.make_for_stock"),  # type: ignore[arg-type]
        }  # fmt: skip
        return render(request, "production/gantt.html", context)
