"""Picking and shipping on a tablet: the list of orders that stand ready, and the way through the shelves for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from core import policy
from core.access import scope
from core.ui import amounts, daywords
from core.ui.access import Guarded
from core.ui.fields import as_sent
from core.ui.kiosk import SCAN, KioskButton, KioskScreen, Progress, Said
from sales.errors import NotSetAside, WrongCode
from sales.models import SalesOrder
from sales.selectors.picking import PickTask, orders_to_pick, pick_tasks, picking_list
from sales.services.picking import note_pick, postpone_pick, reopen_picks, ship_picked

ONE = Decimal(1)


class PickingList(Guarded, View):
    """Orders of which goods stand ready, by the day they were promised. A scanned number opens its order."""

    action = "sales.ship_order"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        said = request.GET.get("q", "").strip()
        rows = scope.narrow(orders_to_pick(user), request)
        if said:
            rows = rows.filter(number__icontains=said) | rows.filter(client__name__icontains=said)
        found = picking_list(rows)
        if said and len(found) == 1 and found[0].order.number.lower() == said.lower():
            return HttpResponseRedirect(reverse("sales:picking_order", args=[found[0].order.pk]))
        return render(request, "sales/picking_list.html", {"orders": found, "q": said})


@dataclass(frozen=True)
class ShipTask:
    """The last thing to do: hand over what was picked."""

    tasks: Sequence[PickTask]
    shipments: str  # how many the order had when this was shown: a second press asks for the same one
    pk: str = "ship"

    @property
    def taken(self) -> list[PickTask]:
        return [task for task in self.tasks if task.picked > 0]

    @property
    def short(self) -> list[PickTask]:
        return [task for task in self.tasks if task.is_short]

    def __str__(self) -> str:
        return _("Ship it")


@dataclass(frozen=True)
class NothingFound:
    """Every place was short: there is nothing to ship, and looking again is all that is left."""

    tasks: Sequence[PickTask]
    pk: str = "none"

    def __str__(self) -> str:
        return _("Nothing was found")


PICKING = (
    KioskButton("short", gettext_lazy("Short"), "alert-triangle", advances=True),
    KioskButton("later", gettext_lazy("Later"), "player-skip-forward", advances=True),
    KioskButton("confirm", gettext_lazy("Confirm"), "check", look="btn-primary", advances=True),
)
AGAIN = KioskButton("again", gettext_lazy("Look again"), "refresh")
SHIPPING = (AGAIN, KioskButton("ship", gettext_lazy("Ship it"), "truck-delivery", look="btn-primary"))


class PickingOrder(KioskScreen):
    """One order: scan the place and the goods, say how many, and ship once."""

    action = "sales.ship_order"
    name = "picking"
    title = gettext_lazy("Picking")
    icon = "clipboard-check"
    task_template = "sales/_pick_task.html"
    next_template = "sales/_pick_next.html"
    next_label = gettext_lazy("Then")
    next_note = gettext_lazy("by place")
    done_title = gettext_lazy("Nothing left to pick")
    done_text = gettext_lazy("Go back to the list for the next order.")
    scan_label = gettext_lazy("Scan a place, an item or a lot")
    buttons: Any = PICKING

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user: Any = request.user
        if user.is_authenticated and policy.allows(user, self.action):
            rows = SalesOrder.objects.visible_to(user, "sales.view_salesorder").select_related("client", "warehouse")
            self.order = get_object_or_404(rows, pk=kwargs["pk"])
            if not policy.allows(user, self.action, self.order):
                return AccessMixin.handle_no_permission(self)
            self.name = f"picking-{self.order.pk}"
            self.title = _("Picking list of %(number)s") % {"number": self.order.number}
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.buttons = (*PICKING, *SHIPPING)
        return super().post(request, *args, **kwargs)

    def _context(self, **more: Any) -> dict[str, Any]:
        self.__dict__.pop("all_tasks", None)
        return super()._context(**more)

    def shown_buttons(self, task: Any) -> Sequence[KioskButton]:
        """The last step has its own; confirming says how many of how many."""
        if isinstance(task, ShipTask):
            return SHIPPING
        if isinstance(task, NothingFound):
            return (replace(AGAIN, look="btn-primary"),)
        *others, confirm = PICKING
        words = _("Confirm {qty} of %(wanted)s") % {"wanted": amounts.number(task.wanted)}
        return (*others, replace(confirm, counted=words))

    def back_url(self) -> str:
        return reverse("sales:picking")

    def subtitle(self) -> str:
        parts = [str(self.order.client)]
        if self.order.promised_on:
            parts.append(_("promised for %(day)s") % {"day": daywords.day(self.order.promised_on)})
        return ", ".join(parts)

    @cached_property
    def all_tasks(self) -> list[PickTask]:
        return pick_tasks(self.order)

    def tasks(self) -> Sequence[Any]:
        waiting = [task for task in self.all_tasks if not task.is_done]
        if waiting or not self.all_tasks:
            return waiting
        if not any(task.picked > 0 for task in self.all_tasks):
            return [NothingFound(self.all_tasks)]
        return [ShipTask(self.all_tasks, self.progress_mark())]

    def progress(self) -> Progress:
        done, every = sum(task.is_done for task in self.all_tasks), len(self.all_tasks)
        words = ngettext("%(done)s of %(every)s place", "%(done)s of %(every)s places", every)
        return Progress(done, every, words % {"done": done, "every": every})

    def act(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        if code == "ship":
            seen = values.get("shipments", "")
            key = f"picking:{self.order.pk}:{seen if seen.isdigit() else self.progress_mark()}"
            shipment = ship_picked(order_id=self.order.pk, at=at, by=self.actor, key=key)
            return Said(_("%(number)s is on its way.") % {"number": shipment.number})
        if code == "again":
            reopen_picks(order_id=self.order.pk, by=self.actor)
            return Said(_("All places are open again."), "info")
        task = self._named(values.get("task", ""))
        if code == SCAN:
            return self._scan(task, values.get("scan", "").strip(), at)
        if code == "later":
            postpone_pick(**self._place(task), at=at, by=self.actor)
            return Said(_("Left for later."), "info")
        qty = _quantity(values.get("quantity", ""), task)
        if code == "short":
            qty = min(qty, task.picked) if qty >= task.wanted else qty
        note_pick(**self._place(task), qty=qty, is_short=code == "short" or qty < task.wanted, at=at, by=self.actor)
        said = {"qty": amounts.number(qty), "wanted": amounts.number(task.wanted), "item": task.item.name}
        if qty < task.wanted:
            return Said(_("%(item)s: %(qty)s of %(wanted)s, the rest stays open.") % said, "warn")
        return Said(_("%(item)s: %(qty)s taken.") % said)

    def progress_mark(self) -> str:
        """What makes one shipment of an order different from the next: how many it had before."""
        return str(self.order.shipments.count())

    def _named(self, name: str) -> PickTask:
        task = next((task for task in self.all_tasks if task.pk == name), None)
        if task is None:
            raise NotSetAside(sku=_("This place"), qty="", aside="0")
        return task

    def _place(self, task: PickTask) -> dict[str, Any]:
        return {
            "order_id": self.order.pk, "line_id": task.line.pk, "location_id": task.location.pk,
            "lot_id": task.lot.pk if task.lot else None,
        }  # fmt: skip

    def _scan(self, task: PickTask, code: str, at: datetime) -> Said:
        """The place or the goods of the present task; each scan of the goods counts one."""
        said = code.lower()
        if said == task.location.code.lower():
            return Said(_("Right place."))
        goods = [task.lot.code] if task.lot else [task.item.sku]
        if said not in {one.lower() for one in (*goods, task.item.sku)} or (task.lot and said == task.item.sku.lower()):
            wanted = ", ".join(dict.fromkeys([task.location.code, *goods]))
            raise WrongCode(code=code, wanted=wanted)
        if task.picked + ONE > task.wanted:
            raise NotSetAside.of(line=task.line, qty=task.picked + ONE, aside=task.wanted)
        note_pick(**self._place(task), qty=task.picked + ONE, is_done=False, at=at, by=self.actor)
        words = (
            _("%(done)s of %(all)s scanned. Right item, right lot.")
            if task.lot
            else _("%(done)s of %(all)s scanned. Right item.")
        )
        return Said(words % {"done": amounts.number(task.picked + ONE), "all": amounts.number(task.wanted)})


def _quantity(text: str, task: PickTask) -> Decimal:
    try:
        return as_sent(text)
    except ValidationError as wrong:
        raise WrongCode(code=text, wanted=amounts.number(task.wanted)) from wrong
