"""Ordering work for stock, and planning it again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core.errors import DomainError, NotAllowed
from core.ui.access import Guarded
from core.ui.choicescreen import ChoicesScreen
from core.ui.sending import key_of, known_of, send_once
from core.ui.toasts import toast
from production.forms import StockWorkForm
from production.models import WorkCenter, WorkOrder
from production.selectors.made_here import items_made_here
from production.services import stock_work
from production.views.asking import Press

MAKES = "production.make_for_stock"


class NewWorkOrder(Guarded, View):
    """GET shows the form (`?item=` fills it in, `?center=` offers what passes that work centre), POST orders the work;
    the same form twice orders it once."""

    action = MAKES
    request: HttpRequest

    def get(self, request: HttpRequest) -> HttpResponse:
        known = {name: request.GET[name] for name in ("item", "qty", "warehouse") if name in request.GET}
        return self._page(StockWorkForm(user=request.user, center=self._center, initial=known), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        known = known_of(request)
        if known is not None:
            return self._done(known["id"])
        form = StockWorkForm(request.POST, user=request.user, center=self._center)
        if not form.is_valid():
            return self._page(form, 422)
        given = form.cleaned_data

        def run() -> dict[str, int]:
            work = stock_work.make_for_stock(
                item_id=given["item"].pk,
                qty=given["qty"],
                due_on=given["due_on"],
                warehouse_id=given["warehouse"].pk,
                at=timezone.now(),
                by=request.user,  # type: ignore[arg-type]
            )
            return {"id": work.pk}

        try:
            return self._done(send_once(request, run)["id"])
        except NotAllowed:
            raise
        except DomainError as refused:
            field = getattr(refused, "field", None)
            form.add_error(field if field in form.fields else None, str(refused))
            return self._page(form, 409)

    @property
    def _center(self) -> WorkCenter | None:
        """The work centre whose items are offered."""
        asked = self.request.GET.get("center", "")
        rows = WorkCenter.objects.visible_to(self.request.user).filter(is_active=True)  # type: ignore[arg-type]
        return get_object_or_404(rows, pk=asked) if asked.isdigit() and len(asked) < 19 else None

    def _done(self, work_order_id: int) -> HttpResponse:
        work = WorkOrder.objects.get(pk=work_order_id)
        toast(self.request, _("%(number)s is planned. Release it when it may begin.") % {"number": work.number})
        return HttpResponseRedirect(reverse("production:workorder_card", args=[work_order_id]))

    def _page(self, form: forms.Form, status: int) -> HttpResponse:
        context = {"form": form, "key": key_of(self.request), "list_url": reverse("production:workorder_list")}
        return render(self.request, "production/workorder_form.html", context, status=status)


class MadeItems(ChoicesScreen):
    """Looking up an item that is made here."""

    def needed_action(self) -> str:
        return MAKES

    def visible(self) -> QuerySet[Any]:
        asked = self.request.GET.get("center", "")
        return items_made_here(self.user, int(asked) if asked.isdigit() and len(asked) < 19 else None)


class PlanStockWork(Press):
    """Plan what work for stock still lacks, and give it new times."""

    action = MAKES

    def press(self) -> None:
        stock_work.plan_stock_work(work_order_id=self.record.pk, at=timezone.now(), by=self.request.user)  # type: ignore[arg-type]

    def said(self) -> str:
        return _("%(order)s was planned anew.") % {"order": self.record}
