"""The inbox: requests that wait for their first answer, each done with in one press."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import policy
from core.access import scope
from core.errors import DomainError
from core.ui import daywords
from core.ui.access import Guarded
from core.ui.screens import OfRecord, back
from core.ui.toasts import toast
from crm.choices import InteractionKind
from crm.selectors.inbox import clock_of, waiting_leads
from crm.services import leads

SHOWN = 50
REASONS = (
    gettext_lazy("No budget"),
    gettext_lazy("Not what we make"),
    gettext_lazy("Out of our region"),
    gettext_lazy("Not a real request"),
)


class Inbox(Guarded, View):
    """The oldest first. `?owner=me` shows own ones. htmx asks for the list alone, every half minute."""

    action = "crm.view_lead"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        now, mine = timezone.now(), request.GET.get("owner") == "me"
        rows = scope.narrow(waiting_leads(user), request)
        if mine:
            rows = rows.filter(owner=user)
        count = rows.count()
        found = list(rows[:SHOWN])
        context = {
            "rows": [
                {
                    "lead": lead,
                    "clock": clock_of(lead, now),
                    "may_answer": policy.allows(user, "crm.answer_lead", lead),
                    "may_qualify": policy.allows(user, "crm.qualify_lead", lead),
                }
                for lead in found
            ],
            "count": count,
            "mine": mine,
            "reasons": REASONS,
            "may_create": policy.allows(user, "crm.receive_lead"),
            "here": request.get_full_path(),
        }
        part = request.headers.get("HX-Request") == "true"
        response = render(request, "crm/_inbox.html" if part else "crm/inbox.html", context)
        response["Vary"] = "HX-Request"
        return response


class TakeLead(OfRecord):
    """Say that one works on it now; the clock runs until the first answer."""

    action = "crm.answer_lead"

    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        if not policy.allows(request.user, self.action, self.record):  # type: ignore[arg-type]
            return HttpResponse(status=403)
        try:
            leads.take_lead(lead_id=pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
            toast(request, _("%(lead)s is yours.") % {"lead": self.record})
        except DomainError as refused:
            toast(request, refused, level="warn")
        return HttpResponseRedirect(back(request, reverse("crm:inbox")))


class AnsweredLead(OfRecord):
    """Note in one press that the person was called or written to: the clock stops now."""

    action = "crm.answer_lead"

    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        if not policy.allows(request.user, self.action, self.record):  # type: ignore[arg-type]
            return HttpResponse(status=403)
        kind = request.POST.get("kind", "")
        if kind not in (InteractionKind.CALL, InteractionKind.MAIL):
            return HttpResponse(status=400)
        if self.record.first_answer_at is None:
            try:
                lead = leads.answer_lead(lead_id=pk, at=timezone.now(), kind=kind, by=request.user)  # type: ignore[arg-type]
                words = {"lead": lead, "time": daywords.waited(lead.response_minutes or 0)}
                toast(request, _("%(lead)s: first answer after %(time)s.") % words)
            except DomainError as refused:
                toast(request, refused, level="warn")
        return HttpResponseRedirect(back(request, reverse("crm:inbox")))
