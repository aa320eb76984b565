""" "Can we deliver?": the earliest day, what holds it up, and what if a supplier were quicker."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core.ui.records import RecordView
from sales import ports
from sales.selectors.orders import shipping_warehouse

LONGEST = 365
FEW = 3


class DeliveryPart(RecordView):
    """GET: the part for htmx, else a page. `days-ITEM` asks what if that item took so many working days."""

    def lead_days(self) -> dict[int, int]:
        asked: dict[int, int] = {}
        for name, value in self.request.GET.items():
            item = name.removeprefix("days-")
            if item != name and item.isdigit() and value.isdigit() and int(value) <= LONGEST:
                asked[int(item)] = int(value)
        return asked

    def answer(self, lead_days: dict[int, int]) -> Any:
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = self.lead_days()
        found = self.answer(asked)
        reasons = [
            (reason, asked.get(reason.item_id or 0, "")) for reason in (found.reasons if found is not None else ())
        ]
        held_up = [pair for pair in reasons if pair[0].critical]
        context = {
            "record": self.record,
            "register": self.register,
            "record_url": self.register.url_of(self.record),
            "list_url": self.register.url("list"),
            "here": request.path,
            "delivery": found,
            "before": self.answer({}) if asked else None,
            "asked": asked,
            "may_ask": found is not None and any(reason.item_id for reason in found.reasons),
            "reasons": reasons,
            "shown": held_up or reasons[:FEW],
            "folded": [pair for pair in reasons if not pair[0].critical] if held_up else reasons[FEW:],
        }
        page = "sales/_delivery.html" if request.htmx else "sales/delivery.html"  # type: ignore[attr-defined]
        response = render(request, page, context)
        response["Vary"] = "HX-Request"
        return response


class QuoteDelivery(DeliveryPart):
    def answer(self, lead_days: dict[int, int]) -> Any:
        warehouse = shipping_warehouse(self.record.deal.branch_id)
        if warehouse is None:
            return None
        lines = list(self.record.lines.order_by("position").values_list("item_id", "qty"))
        return ports.delivery_of_lines(lines, warehouse.pk, timezone.now(), lead_days)


class OrderDelivery(DeliveryPart):
    def answer(self, lead_days: dict[int, int]) -> Any:
        return ports.delivery_of_order(self.record.pk, timezone.now(), lead_days)
