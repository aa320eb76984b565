"""What has to be bought: suggestions with their reasons, made into purchase orders."""

from __future__ import annotations

import json
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from core import calendars, policy
from core.errors import DomainError
from core.money import true_minus
from core.quantities import NOTHING, show, told
from core.ui import amounts, daywords
from core.ui.access import Guarded
from core.ui.charts import Chart, Mark, Series, as_asked
from core.ui.fields import calculated
from core.ui.periods import read_day
from core.ui.sending import key_of, known_of, send_once
from core.ui.toasts import toast
from inventory.models import Item, Warehouse
from inventory.selectors.lacking import reason_of
from inventory.selectors.projection import projection
from inventory.selectors.proposals import Plan, plan_of
from inventory.selectors.stock import availability
from inventory.selectors.surplus import to_move_or_cancel
from inventory.services.purchasing import propose_purchases

MOST_TOLD = 3


class _OfWarehouse(Guarded, View):
    action = "inventory.propose_purchases"

    @property
    def user(self) -> Any:
        return self.request.user

    def warehouses(self) -> list[Warehouse]:
        rows = Warehouse.objects.visible_to(self.user, self.action).filter(is_active=True)
        return list(rows.select_related("branch__organization").order_by("name", "pk"))

    def chosen(self, places: list[Warehouse]) -> Warehouse | None:
        """The warehouse of the address, or the first; another's is nobody's business."""
        asked = self.request.POST.get("warehouse") or self.request.GET.get("warehouse", "")
        if not asked:
            return places[0] if places else None
        return get_object_or_404(Warehouse, pk=asked if asked.isdigit() else 0, pk__in=[place.pk for place in places])


class Proposals(_OfWarehouse):
    """GET shows the suggestions by supplier; POST orders what was ticked, in the quantities that were typed."""

    is_old = False

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(200)

    def post(self, request: HttpRequest) -> HttpResponse:
        warehouse = self.chosen(self.warehouses())
        if warehouse is None:
            return self._page(409, refused=_("There is no warehouse to buy for."))
        known = known_of(request)
        if known is not None:
            return self._done(known, warehouse)
        try:
            wanted = self._wanted()
        except ValidationError as wrong:
            return self._page(422, refused=" ".join(wrong.messages))
        if not wanted:
            return self._page(422, refused=_("Tick what is to be ordered."))
        others = self._lacking_otherwise(warehouse, wanted)
        if others:
            return self._page(409, refused=others)

        def order() -> dict[str, Any]:
            made = propose_purchases(
                warehouse_id=warehouse.pk, at=timezone.now(), by=self.user, quantities=wanted, reason=_("Suggestion")
            )
            return {"orders": [one.pk for one in made], "numbers": [one.number for one in made]}

        try:
            return self._done(send_once(request, order), warehouse)
        except DomainError as refused:
            return self._page(409, refused=str(refused))

    def _done(self, done: dict[str, Any], warehouse: Warehouse) -> HttpResponse:
        request = self.request
        count = len(done["orders"])
        if not count:
            toast(request, _("Nothing of that is lacking any more."), level="info")
            return HttpResponseRedirect(f"{request.path}?warehouse={warehouse.pk}")
        said = ngettext("%(count)d purchase order was created.", "%(count)d purchase orders were created.", count)
        toast(request, said % {"count": count})
        if count == 1:
            return HttpResponseRedirect(reverse("inventory:purchase_card", args=done["orders"]))
        return HttpResponseRedirect(f"{reverse('inventory:purchase_list')}?status=draft")

    def _wanted(self) -> dict[int, Decimal]:
        """The ticked items with their quantities. Raises ValidationError for what is no number above zero."""
        found = {}
        for text in self.request.POST.getlist("item"):
            if not text.isdigit():
                continue
            qty = calculated(self.request.POST.get(f"qty-{text}", ""))
            if not 0 < qty < 10**12:
                raise ValidationError(_("A quantity must be more than zero."))
            found[int(text)] = qty.quantize(Decimal("0.0001"))
        return found

    def _lacking_otherwise(self, warehouse: Warehouse, wanted: Collection[int]) -> str:
        """What to say where the page is older than the stock: less or more is lacking by now than it showed."""
        try:
            seen = json.loads(self.request.POST.get("seen") or "null")
        except ValueError:
            seen = None
        if not isinstance(seen, dict):
            return ""
        items = Item.objects.in_bulk([pk for pk in wanted if str(pk) in seen])
        present = availability(warehouse.pk, items)
        now = {pk: show(reason_of(item, present[pk]).lacking) for pk, item in items.items()}
        told = [f"{items[pk]}: {seen[str(pk)]} → {qty}" for pk, qty in now.items() if qty != seen[str(pk)]]
        if not told:
            return ""
        self.is_old = True
        return _("What is short has changed since this page was opened: %(changes)s. Nothing was ordered.") % {
            "changes": "; ".join(told[:MOST_TOLD])
        }

    def _page(self, status: int, *, refused: str = "") -> HttpResponse:
        places = self.warehouses()
        warehouse = self.chosen(places)
        plan = plan_of(warehouse, timezone.now(), self.user) if warehouse else Plan([], [], [])
        tab = self.request.GET.get("tab", "")
        typed = {
            int(name[4:]): value
            for name, value in self.request.POST.items()
            if name[:4] == "qty-" and name[4:].isdigit()
        }
        request = self.request
        is_fresh = self.is_old or request.method != "POST"
        lacking = {one.item.pk: show(one.reason.lacking) for basket in plan.baskets for one in basket.proposals}
        context = {
            "warehouse": warehouse,
            "warehouses": places,
            "plan": plan,
            "tab": tab if tab in ("drafts", "change") else "",
            "count": sum(len(basket.proposals) for basket in plan.baskets),
            "draft_count": len(plan.drafts),
            "orders": len(plan.baskets),
            "nets": _nets(plan),
            "late": [one for basket in plan.baskets for one in basket.proposals if one.is_late],
            "surplus": to_move_or_cancel(warehouse) if warehouse else [],
            "sees_costs": policy.allows(self.user, "inventory.view_costs"),
            "may_order": policy.allows(self.user, "inventory.propose_purchases"),
            "key": key_of(request),
            "seen": json.dumps(lacking, separators=(",", ":")) if is_fresh else request.POST.get("seen", ""),
            "typed": {} if is_fresh else typed,
            "refused": refused,
            "today": timezone.localdate(),
        }
        return render(self.request, "inventory/proposals.html", context, status=status)


def _nets(plan: Plan) -> list[str]:
    """What all suggestions cost, by currency."""
    sums: dict[str, Decimal] = {}
    for basket in plan.baskets:
        sums[basket.currency_id] = sums.get(basket.currency_id, Decimal(0)) + basket.net
    return [amounts.exact_money(value, code) for code, value in sums.items()]


class ProposalReason(_OfWarehouse):
    """Behind a suggestion: the expected stock of four weeks with and without it, and the sum that led to it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        warehouse = self.chosen(self.warehouses())
        item = get_object_or_404(Item.objects.visible_to(self.user).select_related("unit"), pk=pk)
        if warehouse is None:
            return HttpResponse(status=404)
        today = calendars.load(warehouse.branch.organization.calendar_id).day_of(timezone.now())
        asked = {name: request.GET.get(name, "") for name in ("qty", "comes")}
        comes_on = read_day(asked["comes"], today=today) if asked["comes"] else None
        try:
            qty = calculated(asked["qty"]) if asked["qty"] else NOTHING
        except ValidationError:
            qty = NOTHING
        line = request.GET.get("line", "")
        reason = reason_of(item, availability(warehouse.pk, [item.pk])[item.pk])
        if line:
            drafts = plan_of(warehouse, timezone.now(), self.user).drafts
            own = [one for basket in drafts for one in basket.proposals if one.line and str(one.line.pk) == line]
            reason = own[0].reason if own else reason
        context = {
            "item": item,
            "reason": reason,
            "qty": qty,
            "chart": as_asked(_chart(item, warehouse, today, qty, comes_on, is_draft=bool(line)), request),
            "list_url": f"{reverse('inventory:purchase_proposals')}?warehouse={warehouse.pk}",
        }
        part = request.headers.get("HX-Request") == "true"
        response = render(request, "inventory/_why.html" if part else "inventory/why.html", context)
        response["Vary"] = "HX-Request"
        return response


def _chart(item: Item, warehouse: Warehouse, today: Any, qty: Decimal, comes_on: Any, *, is_draft: bool) -> Chart:
    """Expected stock with and without the order. What stands in a draft counts as coming already."""
    if is_draft:
        found = projection(item, warehouse.pk, today, qty=-qty, comes_on=comes_on)
        without, with_order = found.with_order, found.without
    else:
        found = projection(item, warehouse.pk, today, qty=qty, comes_on=comes_on)
        without, with_order = found.without, found.with_order
    lowest = min(zip(without, found.days, strict=True), key=lambda pair: (pair[0], pair[1]))
    finding = _("Without the order it falls to %(level)s on %(day)s; with it %(after)s are left at the end.") % {
        "level": true_minus(amounts.number(lowest[0])),
        "day": daywords.day(lowest[1]),
        "after": amounts.number(with_order[-1]),
    }
    return Chart(
        f"stock-{item.pk}",
        _("%(item)s, expected in %(unit)s over the next four weeks") % {"item": item.name, "unit": item.unit},
        [daywords.day(day) for day in found.days],
        [Series(_("With the order"), with_order, "step", 1), Series(_("Without it"), without, "before", 6)],
        finding,
        marks=[Mark(_("Minimum %(qty)s") % {"qty": told(item.min_stock)}, item.min_stock)] if item.min_stock else (),
        label_head=_("Day"),
        decimals=0 if all(value == int(value) for value in (*without, *with_order)) else 2,
        height=150,
    )
