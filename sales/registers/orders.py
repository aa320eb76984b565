from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.models import Branch
from core.ui import registers, remarks
from core.ui.bulk import AddTag, ChangeOwner
from core.ui.filters import PeopleFilter, PeriodFilter
from core.ui.forms import RecordForm
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from sales.choices import OrderStatus
from sales.filters import OfClientFilter
from sales.models import SalesOrder
from sales.services.orders import change_order

TONES = {"draft": "", "confirmed": "info", "in_progress": "brand", "done": "ok", "cancelled": "bad"}


class OrderForm(RecordForm):
    """What of an order may still be corrected when it is confirmed: no price, no quantity, no buyer."""

    class Meta:
        model = SalesOrder
        fields = ("client_reference", "wished_on", "delivery_address", "owner")


class OrderFilter(OfClientFilter):
    status = django_filters.MultipleChoiceFilter(choices=OrderStatus.choices, label=_("Status"))
    owner = PeopleFilter(label=_("Owner"))
    branch = django_filters.ModelMultipleChoiceFilter(queryset=Branch.objects.all(), label=_("Branch"))
    ordered_at = PeriodFilter(label=_("Ordered"))
    promised_on = PeriodFilter(label=_("Promised for"))
    net_amount = django_filters.RangeFilter(label=_("Net"))

    class Meta:
        model = SalesOrder
        fields = ()


@registers.add
class Orders(Register):
    """What clients ordered. Prices, quantities and buyer are frozen at confirmation."""

    model, name, plural, icon, section = SalesOrder, "order", "orders", "file-invoice", "sell"
    rows_are_steady = True
    called, called_many = _("order"), _("orders")
    view_action = "sales.view_salesorder"
    create_action, change_action = "sales.create_order", "sales.change_order"
    form_class, filter_class = OrderForm, OrderFilter
    bulk_actions = (ChangeOwner(), AddTag())
    single_fields = frozenset({"client_reference", "delivery_address"})
    facts = (
        "client", "legal_entity", "deal", "client_reference", "ordered_at", "confirmed_at", "done_at", "wished_on",
        "promised_on", "first_promised_on", "payment_days", "delivery_address", "warehouse", "branch", "owner", "terms",
    )  # fmt: skip
    default_sort = "-ordered_at"
    columns = (
        Column("number", _("Order"), sort="number", on_phone=True),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, on_phone=True),
        Column("client", _("Client"), Kind.LINK, sort="client__name"),
        Column("deal", _("Deal"), Kind.LINK, sort="deal__name", shown=False),
        Column("client_reference", _("Their number"), sort="client_reference", edits="client_reference", shown=False),
        Column("ordered_at", _("Ordered"), Kind.AGO, sort="ordered_at"),
        Column("wished_on", _("Wished for"), Kind.DATE, sort="wished_on", edits="wished_on", shown=False),
        Column("promised_on", _("Promised for"), Kind.DATE, sort="promised_on"),
        Column("net_amount", _("Net"), Kind.MONEY, sort="net_amount", currency="currency_id"),
        Column("gross_amount", _("Total"), Kind.MONEY, sort="gross_amount", currency="currency_id"),
        Column("channel", _("Channel"), sort="channel", shown=False),
        Column("territory", _("Territory"), sort="territory", shown=False),
        Column("branch", _("Branch"), sort="branch__name", shown=False),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(SalesOrder), shown=False),
        Column("owner", _("Owner"), Kind.USER, sort="owner__first_name", edits="owner"),
    )

    @property
    def empty_text(self) -> Any:
        return _("An accepted quote becomes an order; one can be entered without a quote as well.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related(
            "client", "legal_entity", "owner", "branch", "deal", "warehouse", "currency", "organization"
        )

    def change_record(self, record: SalesOrder, changes: dict[str, Any], version: int | None, by: Actor) -> SalesOrder:
        return change_order(order_id=record.pk, changes=changes, version=version, by=by)

    def second_line(self, record: SalesOrder) -> str:
        return record.client.name
