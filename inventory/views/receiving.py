"""Goods come in: what is expected, what arrived, posted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.documents.selectors import first_pictures
from core.errors import DomainError
from core.quantities import NOTHING
from core.ui.access import Guarded
from core.ui.fields import calculated, what_a_day_is
from core.ui.periods import read_day
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.toasts import toast
from inventory.choices import CostKey, Tracking
from inventory.forms.stock import places_for
from inventory.models import Item, PurchaseOrder
from inventory.selectors.purchases import expected_deliveries, lines_of
from inventory.services import receipts
from inventory.services.receipts import Landed, ReceivedLine

FREIGHTS = 3


class ExpectedDeliveries(Guarded, View):
    """The way in for a truck at the ramp: orders with something still to come, the earliest first."""

    action = "inventory.post_goods_receipt"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        said = request.GET.get("q", "").strip()
        rows = PurchaseOrder.objects.visible_to(user, "inventory.view_purchaseorder")
        rows = rows.filter(pk__in=PurchaseOrder.objects.visible_to(user, self.action).values("pk"))
        if said:
            rows = rows.filter(number__icontains=said) | rows.filter(supplier__legal_name__icontains=said)
        found = expected_deliveries(rows)
        if said and len(found) == 1 and found[0].number.lower() == said.lower():
            return HttpResponseRedirect(reverse("inventory:receipt_of", args=[found[0].pk]))
        context = {"orders": found, "today": timezone.localdate(), "q": said}
        return render(request, "inventory/expected.html", context)


class Receive(Guarded, View):
    """One order's goods: quantities, lots and places line by line, freight, and post once."""

    action = "inventory.post_goods_receipt"
    sees = ("status", "lines.received_qty")

    @property
    def user(self) -> Any:
        return self.request.user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and policy.allows(self.user, self.action):
            rows = PurchaseOrder.objects.visible_to(self.user).filter(
                pk__in=PurchaseOrder.objects.visible_to(self.user, self.action).values("pk")
            )
            self.order = get_object_or_404(rows.select_related("supplier", "warehouse", "currency"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        known = known_of(request)
        if known is not None:
            return self._done(known)
        errors: dict[str, str] = {}
        lines, landed = self._lines(errors), self._landed(errors)
        at = self._moment(errors)
        if errors:
            return self._page(422, errors=errors)

        def run() -> dict[str, Any]:
            receipt = receipts.post_goods_receipt(
                order_id=self.order.pk, lines=lines, landed=landed, at=at, by=self.user,
                key=f"form:{key_of(request)}", supplier_note=request.POST.get("supplier_note", "").strip()[:60],
            )  # fmt: skip
            return {"id": receipt.pk, "number": receipt.number}

        try:
            return self._done(send_once(request, run, record=self.order, sees=self.sees))
        except DomainError as refused:
            return self._page(409, refused=str(refused))

    def _done(self, receipt: dict[str, Any]) -> HttpResponse:
        toast(self.request, _("%(number)s was posted.") % {"number": receipt["number"]})
        return HttpResponseRedirect(reverse("inventory:receipt_card", args=[receipt["id"]]))

    def _lines(self, errors: dict[str, str]) -> list[ReceivedLine]:
        """What was typed, line by line; empty and zero lines did not come. Errors by field."""
        found, places = [], {str(place.pk) for place in self._places()}
        asked = self.request.POST
        for line in self.order.lines.select_related("item"):
            qty = _number(asked.get(f"qty-{line.pk}", ""), f"qty-{line.pk}", errors)
            rejected = _number(asked.get(f"back-{line.pk}", ""), f"back-{line.pk}", errors)
            lot, place = asked.get(f"lot-{line.pk}", "").strip()[:60], asked.get(f"place-{line.pk}", "")
            if not qty:
                continue
            if rejected > qty:
                errors[f"back-{line.pk}"] = _("More than came cannot go back.")
            if line.item.tracking != Tracking.NONE and not lot and rejected < qty:
                errors[f"lot-{line.pk}"] = _("Name the lot or serial number.")
            if place and place not in places:
                errors[f"place-{line.pk}"] = _("There is no such place.")
            elif not errors:
                found.append(
                    ReceivedLine(
                        order_line_id=line.pk, qty=qty, rejected_qty=rejected, lot_code=lot,
                        location_id=int(place) if place else None,
                    )
                )  # fmt: skip
        if not found and not errors:
            errors["lines"] = _("Nothing came? Write at least one quantity.")
        return found

    def _landed(self, errors: dict[str, str]) -> list[Landed]:
        found, asked = [], self.request.POST
        for number in range(FREIGHTS):
            amount = _number(asked.get(f"freight-{number}", ""), f"freight-{number}", errors)
            key = asked.get(f"freight-by-{number}", CostKey.VALUE)
            if amount and key in CostKey.values:
                label = asked.get(f"freight-what-{number}", "").strip()[:80] or _("Freight")
                found.append(Landed(label=label, amount=amount.quantize(Decimal("0.01")), key=CostKey(key)))
        return found

    def _moment(self, errors: dict[str, str]) -> datetime:
        """When the goods came: now, or noon of an earlier day."""
        said = self.request.POST.get("received_on", "")
        today = timezone.localdate()
        day = read_day(said, today=today) if said.strip() else today
        if day is None:
            errors["received_on"] = what_a_day_is()
        if day is None or day == today:
            return timezone.now()
        if day > today:
            errors["received_on"] = _("Goods cannot have come on a day that lies ahead.")
        return timezone.make_aware(datetime.combine(day, time(12)))

    def _places(self) -> list[Any]:
        return list(places_for(self.user, self.action).filter(warehouse=self.order.warehouse_id))

    def _page(self, status: int, *, errors: Mapping[str, str] | None = None, refused: str = "") -> HttpResponse:
        asked, places = self.request.POST, self._places()
        rows = [row for row in lines_of(self.order, self.user) if row.open_qty > 0 or f"qty-{row.line.pk}" in asked]
        pictures = first_pictures(Item, {row.line.item_id for row in rows})
        context = {
            "order": self.order,
            "rows": [replace(row, picture=pictures.get(row.line.item_id)) for row in rows],
            "places": places,
            "default_place": next((place.pk for place in places if place.is_default), None),
            "freights": [
                {
                    "number": number,
                    "what": asked.get(f"freight-what-{number}", _("Freight") if number == 0 else ""),
                    "amount": asked.get(f"freight-{number}", ""),
                    "by": asked.get(f"freight-by-{number}", CostKey.VALUE),
                }
                for number in range(FREIGHTS)
            ],
            "cost_keys": CostKey.choices,
            "typed": asked,
            "errors": errors or {},
            "refused": refused,
            "is_open": self.order.status in ("ordered", "part_received"),
            "received_on": asked.get("received_on") or timezone.localdate(),
            "key": key_of(self.request),
            "seen": seen_of(self.request, self.order, self.sees),
        }
        return render(self.request, "inventory/receive.html", context, status=status)


def _number(text: str, name: str, errors: dict[str, str]) -> Decimal:
    """A typed quantity or amount; nothing typed is zero. A wrong one is noted under its field."""
    if not text.strip():
        return NOTHING
    try:
        value = calculated(text)
    except ValidationError as wrong:
        errors[name] = " ".join(wrong.messages)
        return NOTHING
    if not 0 <= value < 10**12:
        errors[name] = _("This must be zero or more.")
        return NOTHING
    return value.quantize(Decimal("0.0001"))
