"""Months: which are closed, what is to do before one is, closing and opening again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from core import policy
from core.access import scope
from core.errors import DomainError
from core.models import Branch
from core.ui.screens import Signed
from core.ui.toasts import toast
from finance.models import Period
from finance.selectors.months import Month, months, next_month
from finance.services.periods import close_period, reopen_period


def _branches(request: HttpRequest) -> list[Branch]:
    """Those the user may see months of, narrowed to where he works."""
    user: Any = request.user
    chosen = scope.current(request)
    rows = Branch.objects.filter(is_active=True).select_related("organization").order_by("organization__name", "name")
    if chosen.branch_id is not None:
        rows = rows.filter(pk=chosen.branch_id)
    elif chosen.organization_id is not None:
        rows = rows.filter(organization=chosen.organization_id)
    return [branch for branch in rows if policy.allows(user, "finance.view_period", Period(branch=branch))]


class PeriodList(Signed):
    action = "finance.view_period"

    def get(self, request: HttpRequest) -> HttpResponse:
        user, today = request.user, timezone.localdate()
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdigit() and 2000 <= int(asked) <= today.year else today.year
        firsts = [date(year, number, 1) for number in range(1, 13) if date(year, number, 1) <= today]
        branches = _branches(request)
        context = {
            "rows": months(branches, firsts, today=today, user=user),  # type: ignore[arg-type]
            "year": year,
            "earlier": year - 1 if year > 2000 else None,
            "later": year + 1 if year < today.year else None,
            "several": len(branches) > 1,
        }
        return render(request, "finance/period_list.html", context)


class PeriodPage(Signed):
    """One month: its checklist, and the button that closes it or opens it again."""

    action = "finance.view_period"

    def needed_action(self) -> str | None:
        return "finance.close_period" if self.request.method == "POST" else self.action

    def _month(self, branch: int, month: str) -> Month:
        try:
            first = date.fromisoformat(f"{month}-01")
        except ValueError as wrong:
            raise Http404 from wrong
        user: Any = self.request.user
        found = get_object_or_404(Branch.objects.select_related("organization"), pk=branch)
        if not policy.allows(user, "finance.view_period", Period(branch=found)):
            raise Http404
        return months([found], [first], today=timezone.localdate(), user=user)[0]

    def get(self, request: HttpRequest, branch: int, month: str) -> HttpResponse:
        return self._page(self._month(branch, month), 200)

    def post(self, request: HttpRequest, branch: int, month: str) -> HttpResponse:
        found, user = self._month(branch, month), request.user
        opens = "reopen" in request.POST
        try:
            verb = reopen_period if opens else close_period
            verb(branch_id=branch, month=found.first, at=timezone.now(), by=user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self._page(found, 409, refused)
        said = _("%(month)s is open again.") if opens else _("%(month)s is closed: nothing can be posted into it.")
        toast(request, said % {"month": f"{found.first:%Y-%m}"})
        return HttpResponseRedirect(reverse("finance:period_list"))

    def _page(self, month: Month, status: int, refused: Any = None) -> HttpResponse:
        last = next_month(month.first)
        span = f"{month.first.isoformat()}..{date.fromordinal(last.toordinal() - 1).isoformat()}"
        points = [
            (month.is_over, _("The month is over"), "", ""),
            (not month.lines, _("Every bank line is booked or set aside"), month.lines, reverse("finance:bank_lines")),
            (
                not month.payments, _("Every payment of a client settles documents, or is meant to stay on account"),
                month.payments, reverse("finance:payment_list") + f"?on_account=true&paid_on={span}",
            ),
            (
                not month.deliveries, _("Everything shipped is invoiced"), month.deliveries,
                reverse("finance:to_invoice"),
            ),
            (
                not month.receipts, _("Every delivery of a supplier has its bill"), month.receipts,
                reverse("finance:bills_to_enter"),
            ),
        ]  # fmt: skip
        context = {
            "month": month,
            "title": formats.date_format(month.first, "F Y"),
            "points": points,
            "refused": refused,
            "may_close": policy.allows(self.request.user, "finance.close_period", Period(branch=month.branch)),  # type: ignore[arg-type]
        }
        return render(self.request, "finance/period.html", context, status=status)
