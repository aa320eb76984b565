"""Shipments: their list and card, shipping an order in parts, and the delivery."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.ui import cells
from core.ui.fields import AmountField, DayField
from core.ui.records import Act, RecordScreen
from sales.choices import ShipmentStatus
from sales.models import OrderCost, Shipment
from sales.registers.shipments import TONES
from sales.selectors.orders import lines_of
from sales.selectors.progress import LineState, line_states, states_of
from sales.services import shipments
from sales.views.lines import typed
from sales.views.orders import OfOrder
from sales.views.steps import Step


class ShipmentCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), TONES.get(self.record.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        order = self.record.order
        yield format_html('<a href="{}">{}</a>', reverse("sales:order_card", args=[order.pk]), order.number)
        yield order.client.name
        if self.record.carrier:
            yield self.record.carrier

    def acts(self) -> list[Act]:
        shipment, made = self.record, []
        if policy.allows(self.user, "sales.add_cost", shipment) and not carrier_is_paid(shipment):
            url = reverse("sales:shipment_carrier", args=[shipment.pk])
            made.append(Act(_("What the carrier costs"), "coins", url))
        if shipment.status == ShipmentStatus.SHIPPED and policy.allows(self.user, "sales.ship_order", shipment):
            url = reverse("sales:shipment_delivered", args=[shipment.pk])
            made.append(Act(_("Delivered"), "check", url, primary=True))
        return made


def carrier_is_paid(shipment: Shipment) -> bool:
    return OrderCost.objects.filter(source_key=shipments.carrier_key(shipment)).exists()


class DeliveredForm(forms.Form):
    on = DayField(label=gettext_lazy("On which day did the client get it?"))

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(_("That day lies ahead."))
        return on


class ConfirmDelivery(Step):
    right, form_class = "sales.ship_order", DeliveredForm
    heading = verb = gettext_lazy("Confirm the delivery")
    done = gettext_lazy("The delivery is confirmed.")

    def form(self, data: Any = None) -> forms.Form:
        return DeliveredForm(data, initial={"on": timezone.localdate()})

    def take(self, data: dict[str, Any], key: str) -> Any:
        return shipments.confirm_delivery(shipment_id=self.record.pk, on=data["on"], at=timezone.now(), by=self.user)


class CarrierForm(forms.Form):
    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=80, required=False)
    amount = AmountField(
        label=gettext_lazy("What the carrier costs"), max_digits=14, decimal_places=2, min_value=Decimal("0.01")
    )


class CarrierCost(Step):
    """The carrier's price, for whoever books costs, when the shipment left without it."""

    right = "sales.add_cost"
    heading, verb = gettext_lazy("What the carrier costs"), gettext_lazy("Book it")
    lead = gettext_lazy("It counts as a cost of the order.")
    done = gettext_lazy("The cost is booked.")

    def form(self, data: Any = None) -> forms.Form:
        return CarrierForm(data, initial={"carrier": self.record.carrier})

    def take(self, data: dict[str, Any], key: str) -> Any:
        return shipments.note_carrier_cost(
            shipment_id=self.record.pk, amount=data["amount"], carrier=data["carrier"], at=timezone.now(), by=self.user
        )


class ShipForm(forms.Form):
    """A quantity for each open line of goods, and who carries it."""

    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=80, required=False)
    tracking = forms.CharField(label=gettext_lazy("Tracking number"), max_length=80, required=False)
    carrier_cost = AmountField(
        label=gettext_lazy("What the carrier costs"), max_digits=14, decimal_places=2, min_value=Decimal(0),
        required=False,
    )  # fmt: skip

    def __init__(self, data: Any = None, *, states: list[LineState], sees_costs: bool) -> None:
        super().__init__(data)
        self.states = states
        if not sees_costs:
            del self.fields["carrier_cost"]
        for state in states:
            ready = min(state.open, state.reserved)
            self.fields[f"qty-{state.line.pk}"] = AmountField(
                label=state.line.item.sku, max_digits=18, decimal_places=6, min_value=Decimal(0), required=False,
                initial=typed(ready),
            )  # fmt: skip

    def rows(self) -> list[tuple[LineState, Any]]:
        return [(state, self[f"qty-{state.line.pk}"]) for state in self.states]

    def about(self) -> list[Any]:
        return [self[name] for name in ("carrier", "tracking", "carrier_cost") if name in self.fields]


def quantities(data: dict[str, Any]) -> dict[int, Decimal]:
    """What a valid form says of each line, by its key; the service looks again at what is open."""
    return {int(name.removeprefix("qty-")): qty for name, qty in data.items() if name.startswith("qty-") and qty}


def still_open(states: list[LineState]) -> list[LineState]:
    return [state for state in states if state.is_goods and state.open > 0]


class ShipOrder(OfOrder):
    right = "sales.ship_order"
    heading, verb = gettext_lazy("Ship the order"), gettext_lazy("Post the shipment")
    lead = gettext_lazy("What is entered leaves the warehouse now; the rest stays open for a next shipment.")
    template = "sales/order_ship.html"

    def form(self, data: Any = None) -> forms.Form:
        lines = lines_of(self.record)
        states = still_open(line_states(lines) if data is None else states_of(lines))
        return ShipForm(data, states=states, sees_costs=policy.allows(self.user, "sales.add_cost", self.record))

    def page(self, form: Any, status: int, **more: Any) -> HttpResponse:
        if form.is_bound:  # what is set aside is read only where it is shown
            form.states = still_open(line_states([state.line for state in form.states]))
        return super().page(form, status, **more)

    def take(self, data: dict[str, Any], key: str) -> Any:
        return shipments.ship_order(
            order_id=self.record.pk,
            at=timezone.now(),
            by=self.user,
            lines=quantities(data),
            carrier=data["carrier"],
            tracking=data["tracking"],
            carrier_cost=data.get("carrier_cost"),
            key=f"screen:{key}"[:80],
        )

    def told(self, made: Shipment) -> str:
        return _("Shipment {number} is posted.").format(number=made.number)

    def next_url(self, made: Shipment) -> str:
        return reverse("sales:shipment_card", args=[made.pk])
