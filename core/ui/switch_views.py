"""The page of switches: what is on, what depends on what, who changed it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core import setup
from core.errors import DomainError
from core.models import SwitchedOff, User
from core.services.switches import switch_off, switch_on
from core.ui import switches
from core.ui.access import Guarded
from core.ui.toasts import toast

LATEST = 20


class SwitchList(Guarded, TemplateView):
    action = "core.manage_switches"
    template_name = "switches/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(modules=_rows(modules=True), functions=_rows(modules=False), notes=_notes())


class SwitchOne(Guarded, View):
    """Asks before something closes or opens together with others; alone it is done at once."""

    action = "core.manage_switches"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self.ask(request, code)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        if code not in switches.declared():
            raise Http404("no such switch")
        label = switches.declared()[code].label
        together = request.POST.getlist("together")
        try:
            if request.POST.get("to") == "on":
                switch_on(code=code, together=together, by=request.user)  # type: ignore[arg-type]
                toast(request, _("{name} is on.").format(name=label))
            else:
                switch_off(code=code, together=together, by=request.user)  # type: ignore[arg-type]
                toast(request, _("{name} is off. Its data stays.").format(name=label))
        except DomainError as refused:
            return self.ask(request, code, error=str(refused), status=409)
        return redirect("core:switch_list")

    def ask(self, request: HttpRequest, code: str, *, error: str = "", status: int = 200) -> HttpResponse:
        switch = switches.declared().get(code)
        if switch is None:
            raise Http404("no such switch")
        off = setup.current().off
        is_on = switches.is_on(code)
        if is_on:
            others = [other for other in switches.needed_by(code) if other.code not in off]
        else:
            others = [other for other in switches.needs_of(code) if other.code in off]
        context = {"switch": switch, "is_on": is_on, "others": others, "error": error}
        return render(request, "switches/ask.html", context, status=status)


def _rows(*, modules: bool) -> list[dict[str, Any]]:
    known = switches.declared()
    return [
        {
            "switch": switch,
            "is_on": switches.is_on(switch.code),
            "needs": [known[code] for code in switch.needs],
            "needed_by": [other for other in known.values() if switch.code in other.needs],
        }
        for switch in known.values()
        if bool(switch.app) == modules
    ]


def _notes() -> list[dict[str, Any]]:
    """Who switched what, newest first (two statements)."""
    events: Any = SwitchedOff.pgh_event_models["insert"]  # type: ignore[attr-defined]
    rows = list(events.objects.select_related("pgh_context").order_by("-pgh_id")[:LATEST])
    ids = {row.pgh_context.metadata.get("user") for row in rows if row.pgh_context} - {None}
    people = User.objects.in_bulk(ids) if ids else {}
    known = switches.declared()
    return [
        {
            "name": known[row.code].label if row.code in known else row.code,
            "went_off": row.pgh_label == "insert",
            "at": row.pgh_created_at,
            "who": people.get(row.pgh_context.metadata.get("user")) if row.pgh_context else None,
        }
        for row in rows
    ]
