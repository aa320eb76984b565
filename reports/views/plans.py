"""Targets of people: set and seen with what was reached of them, month by month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.errors import DomainError
from core.models import Organization, User
from core.ui.access import Guarded
from core.ui.fields import AmountField
from core.ui.shell import address
from core.ui.toasts import toast
from reports.indicators import indicator
from reports.models import KPIPlan
from reports.selectors.plan_table import PLANNED, PlanRow, last_day, plan_table, together
from reports.selectors.plans import REVENUE
from reports.services.plans import set_plan


class TargetForm(forms.Form):
    target = AmountField(max_digits=18, decimal_places=2, min_value=0)


class PlanList(Guarded, View):
    """`?month=2026-11&of=won_amount`. POST sets one person's target; another one than is fixed counts as a revision."""

    action = "reports.view_kpiplan"

    def needed_action(self) -> str | None:
        return "reports.set_plan" if self.request.method == "POST" else self.action

    @property
    def month(self) -> date:
        year, _dash, month = (self.request.POST.get("month") or self.request.GET.get("month", "")).partition("-")
        try:
            return date(int(year), int(month[:2]), 1)
        except ValueError:
            return timezone.localdate().replace(day=1)

    @property
    def planned(self) -> str:
        """The indicator that is planned; revenue where the address names none that has targets."""
        asked = self.request.POST.get("of") or self.request.GET.get("of", "")
        return asked if asked in PLANNED else REVENUE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(200)

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = request.POST.get("person", "")
        person = get_object_or_404(User, pk=asked if asked.isdigit() else 0)
        if not policy.allows(request.user, "reports.set_plan", KPIPlan(person=person)):  # type: ignore[arg-type]
            return self.handle_no_permission()
        form, month = TargetForm(request.POST), self.month
        if not form.is_valid():
            return self._page(422, person.pk, form.errors["target"][0], request.POST.get("target", ""))
        try:
            set_plan(
                person_id=person.pk, indicator=self.planned, month=month, target=form.cleaned_data["target"],
                revision=request.POST.get("revision") == "yes", by=request.user,  # type: ignore[arg-type]
            )  # fmt: skip
        except DomainError as refused:
            return self._page(409, person.pk, str(refused), request.POST.get("target", ""))
        toast(request, _("The target of %(person)s is set.") % {"person": person})
        return HttpResponseRedirect(f"{request.path}?month={month:%Y-%m}&of={self.planned}")

    def _page(self, status: int, wrong: int = 0, problem: str = "", typed: str = "") -> HttpResponse:
        month, planned = self.month, self.planned
        rows: list[PlanRow] = plan_table(month, self.request.user, planned)
        context: dict[str, Any] = {
            "rows": rows,
            "whole": together(rows),
            "month": month,
            "planned": indicator(planned),
            "kinds": [indicator(code) for code in PLANNED],
            "earlier": f"{month - timedelta(days=1):%Y-%m}",
            "later": f"{last_day(month) + timedelta(days=1):%Y-%m}",
            "may_set": any(row.may_set for row in rows),
            "team_url": address("sales:team_board"),
            "currency": Organization.objects.order_by("pk").values_list("currency", flat=True).first() or "",
            "wrong": wrong,
            "problem": problem,
            "typed": typed,
        }
        return render(self.request, "reports/plan_list.html", context, status=status)
