from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.ui import registers
from core.ui.filters import PeriodFilter, RecordFilter
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from inventory.models import Warehouse
from sales.choices import ShipmentStatus
from sales.models import Shipment

TONES = {"draft": "", "shipped": "brand", "delivered": "ok"}


class ShipmentFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=ShipmentStatus.choices, label=_("Status"))
    warehouse = django_filters.ModelMultipleChoiceFilter(queryset=Warehouse.objects.all(), label=_("Warehouse"))
    carrier = django_filters.CharFilter(lookup_expr="icontains", label=_("Carrier"))
    shipped_at = PeriodFilter(label=_("Shipped"))
    delivered_on = PeriodFilter(label=_("Delivered"))

    class Meta:
        model = Shipment
        fields = ()


@registers.add
class Shipments(Register):
    """What left the warehouses for clients. A shipment is posted when it leaves and only gets its delivery."""

    model, name, plural, icon, section = Shipment, "shipment", "shipments", "truck-delivery", "deliver"
    rows_are_steady = True
    called, called_many = _("shipment"), _("shipments")
    view_action = "sales.view_shipment"
    filter_class = ShipmentFilter
    facts = ("status", "order", "warehouse", "shipped_at", "delivered_on", "carrier", "tracking")
    default_sort = "-shipped_at"
    columns = (
        Column("number", _("Shipment"), sort="number", on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("order", _("Order"), Kind.LINK, sort="order__number"),
        Column("client", _("Client"), Kind.LINK, path="order.client", sort="order__client__name"),
        Column("warehouse", _("Warehouse"), sort="warehouse__name"),
        Column("carrier", _("Carrier"), sort="carrier"),
        Column("tracking", _("Tracking number"), sort="tracking"),
        Column("shipped_at", _("Shipped"), Kind.MOMENT, sort="shipped_at"),
        Column("delivered_on", _("Delivered"), Kind.DATE, sort="delivered_on"),
    )

    @property
    def empty_text(self) -> Any:
        return _("Ship an order from its card, or pick it in the warehouse.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("order__client", "order__organization", "warehouse")

    def second_line(self, record: Shipment) -> str:
        return record.carrier
