"""The director's dashboard, and its snapshot on paper."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core.access import scope
from core.jobs.services import start_job
from core.models import Job
from core.ui.access import Guarded
from core.ui.charts import as_asked
from core.ui.drafts import new_key
from reports import periods
from reports.dashboard.making import dashboard
from reports.dashboard.snapshots import KIND
from reports.views.base import ReportScreen


class Dashboard(ReportScreen):
    """The figures of the company, each open to what is behind it."""

    action = "reports.view_dashboard"
    template_name = "reports/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        show = "deals" if self.request.GET.get("show") == "deals" else "money"
        parts = dashboard(self.frame, show=show)
        for key in ("funnel", "plan"):
            parts[key] = as_asked(parts[key], self.request) if parts[key] else None
        return super().get_context_data(
            **parts,
            shows=[
                ("money", _("Money"), self.address(show="money")),
                ("deals", _("Deals"), self.address(show="deals")),
            ],
            snapshots=Job.objects.filter(by=self.user, kind=KIND).order_by("-pk")[:5],
            snapshot_key=new_key(),
            now=timezone.localtime(),
            **kwargs,
        )


class Snapshot(Guarded, View):
    """Ask for the dashboard as a PDF; the same form sent twice asks once."""

    action = "reports.view_dashboard"

    def post(self, request: HttpRequest) -> HttpResponse:
        days, _wrong = periods.read(request.POST.dict(), timezone.localdate())  # type: ignore[arg-type]
        user: Any = request.user
        job = start_job(
            kind=KIND,
            params={
                "since": days.first.isoformat(),
                "until": days.until.isoformat(),
                "last": days.last.isoformat(),
                "against": request.POST.get("against", periods.YEAR),
                "show": request.POST.get("show", "money"),
                "scope": astuple(scope.current(request)),
            },
            title=_("Dashboard as PDF: %(period)s") % {"period": days.label},
            by=user,
            key=f"reports.snapshot:{user.pk}:{request.POST.get('key', '') or new_key()}"[:120],
        )
        return HttpResponseRedirect(job.get_absolute_url())
