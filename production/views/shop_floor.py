"""The way to a work centre: where somebody works, and the card that was scanned there."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import View

from core import policy
from core.ui.access import Guarded
from core.ui.toasts import toast
from production.errors import NothingScanned
from production.models import OperatorPin, WorkCenter
from production.selectors.open_work import open_operations, scanned_job
from production.views.floor import CHOSEN, WORKS


class ScanJob(Guarded, View):
    """The card of a work order was scanned: its operation here comes first."""

    action = WORKS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = WorkCenter.objects.visible_to(request.user, WORKS).filter(is_active=True)  # type: ignore[arg-type]
        center, page = get_object_or_404(rows, pk=pk), reverse("production:floor_center", args=[pk])
        job = scanned_job(center.pk, request.POST.get("code", "")[:60], timezone.now())
        if job is None:
            toast(request, NothingScanned(center=center.name), level="bad")
            return HttpResponseRedirect(page)
        return HttpResponseRedirect(f"{page}?op={job}")


class ShopFloor(Guarded, View):
    """Where do you work? The centre chosen last comes by itself; `?choose` offers the others."""

    action = WORKS

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        rows = list(WorkCenter.objects.visible_to(user, WORKS).filter(is_active=True).order_by("name"))
        last = request.session.get(CHOSEN)
        if "choose" not in request.GET and any(row.pk == last for row in rows):
            return HttpResponseRedirect(reverse("production:floor_center", args=[last]))
        waiting = open_operations(timezone.now()).order_by().values_list("center_id")
        counts = dict(waiting.annotate(Count("pk")))
        context = {
            "centers": [(row, counts.get(row.pk, 0)) for row in rows],
            "has_pin": OperatorPin.objects.filter(user=user).exists(),
            "may_open": policy.allows(user, "production.open_station"),
            "may_set_pins": policy.allows(user, "production.manage_pins"),
        }
        return render(request, "production/shop_floor.html", context)
