"""The plan: dates of open orders and what holds them up, load by centre and week, and what if something came sooner."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from core import policy
from core.errors import DomainError, NotAllowed
from core.ui.access import Guarded
from core.ui.toasts import toast
from production.errors import WorkRuns
from production.registers.work import readiness_words
from production.selectors import plan
from production.selectors.promise import promise_for_order
from production.services import planning, scheduling
from production.views.board import monday_of

SHOWN = 25
WEEKS = 5
MOST_DAYS = 250
PLANS = "production.plan_order"


class Plan(Guarded, View):
    """`?page=` counts from 1. POST plans the chosen orders anew; running work has to be agreed to."""

    action = PLANS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = [int(value) for value in request.POST.getlist("orders") if value.isdigit()]
        ids = list(plan.open_orders(request.user).filter(pk__in=wanted).values_list("pk", flat=True))  # type: ignore[arg-type]
        if not ids:
            toast(request, _("Choose the orders to plan anew."), level="warn")
            return HttpResponseRedirect(request.get_full_path())
        try:
            promises = scheduling.replan_orders(
                order_ids=ids,
                at=timezone.now(),
                by=request.user,  # type: ignore[arg-type]
                over_running="over_running" in request.POST,
            )
        except WorkRuns as why:
            return self._page(409, question=str(why), asked=ids)
        except NotAllowed:
            raise
        except DomainError as why:
            toast(request, why, level="bad")
            return HttpResponseRedirect(request.get_full_path())
        count = len(promises)
        said = ngettext("%(count)d order was planned anew.", "%(count)d orders were planned anew.", count)
        toast(request, said % {"count": count})
        return HttpResponseRedirect(request.get_full_path())

    def _page(self, status: int = 200, **more: Any) -> HttpResponse:
        user: Any = self.request.user
        asked = self.request.GET.get("page", "")
        number = max(int(asked), 1) if asked.isdigit() else 1
        orders = plan.open_orders(user)
        rows = list(orders[(number - 1) * SHOWN : number * SHOWN + 1])
        since = monday_of("")
        context = {
            "rows": plan.planned(rows[:SHOWN], timezone.now()),
            "count": orders.count(),
            "page": number,
            "has_next": len(rows) > SHOWN,
            "centers": plan.load_by_week(user, since, WEEKS),
            "weeks": [since + timedelta(days=7 * step) for step in range(WEEKS)],
            "today": timezone.localdate(),
            "for_stock": [(one, readiness_words(one.ready)) for one in plan.work_for_stock(user, SHOWN)],
            "asked": more.pop("asked", []),
            **more,
        }
        return render(self.request, "production/plan.html", context, status=status)


class OrderPlan(Guarded, View):
    """One order's plan; `?days-<item>=2` asks what if a purchase took two working days. Nothing of it is written."""

    action = PLANS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Plan what is missing (`do=plan`), or give the work new times."""
        order = get_object_or_404(plan.open_orders(request.user), pk=pk)  # type: ignore[arg-type]
        known: dict[str, Any] = {"at": timezone.now(), "by": request.user}
        try:
            if request.POST.get("do") == "plan":
                planning.plan_order(order_id=order.pk, **known)
            else:
                over = "over_running" in request.POST
                scheduling.replan_orders(order_ids=[order.pk], over_running=over, **known)
        except WorkRuns as why:
            return self._page(pk, 409, question=str(why))
        except NotAllowed:
            raise
        except DomainError as why:
            toast(request, why, level="bad")
        else:
            toast(request, _("%(order)s was planned anew.") % {"order": order.number})
        return HttpResponseRedirect(reverse("production:plan_order", args=[pk]))

    def _page(self, pk: int, status: int = 200, **more: Any) -> HttpResponse:
        user: Any = self.request.user
        order = get_object_or_404(plan.open_orders(user), pk=pk)
        now = timezone.now()
        promise = promise_for_order(order.pk, now)
        items = plan.bought_items(order.pk)
        lead_days = self._lead_days({item_id for item_id, _sku, _name in items})
        imagined = promise_for_order(order.pk, now, lead_days) if lead_days else None
        context = {
            "order": order,
            "promise": promise,
            "imagined": imagined,
            "numbers": plan.numbers_of(promise),
            "items": [(item_id, sku, name, lead_days.get(item_id, "")) for item_id, sku, name in items],
            "gain": _gain(promise.deliver_on, imagined.deliver_on if imagined else None),
            "runs": bool(plan.running_orders([order.pk])),
            "may_see_order": policy.allows(user, "sales.view_salesorder"),
            **more,
        }
        return render(self.request, "production/order_plan.html", context, status=status)

    def _lead_days(self, known: set[int]) -> dict[int, int]:
        found = {}
        for name, value in self.request.GET.items():
            item = name.removeprefix("days-")
            if name.startswith("days-") and item.isdigit() and value.isdigit() and int(item) in known:
                found[int(item)] = min(int(value), MOST_DAYS)
        return found


def _gain(now: date | None, then: date | None) -> int | None:
    """How many days sooner it would arrive."""
    return (now - then).days if now and then else None
