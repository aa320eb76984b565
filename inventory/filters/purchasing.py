"""Filters of purchase orders, receipts and counts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ui.filters import PeopleFilter, PeriodFilter, RecordFilter
from crm.models import LegalEntity
from inventory.choices import PurchaseStatus, StocktakeStatus
from inventory.filters.stock import WarehouseFilter
from inventory.models import GoodsReceipt, PurchaseOrder, PurchaseOrderLine, Stocktake

OPEN = (PurchaseStatus.DRAFT, PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED)
COMING = (PurchaseStatus.ORDERED, PurchaseStatus.PART_RECEIVED)


class PurchaseFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=PurchaseStatus.choices, label=_("Status"))
    supplier = django_filters.ModelMultipleChoiceFilter(
        queryset=LegalEntity.objects.filter(client__is_supplier=True).order_by("legal_name"), label=_("Supplier")
    )
    warehouse = WarehouseFilter()
    item = django_filters.CharFilter(method="by_item", label=_("Item"))
    late = django_filters.BooleanFilter(method="by_lateness", label=_("Late"))
    unbilled = django_filters.BooleanFilter(method="by_bill", label=_("Received, not billed"))
    ordered = PeriodFilter(field_name="ordered_at", label=_("Ordered"))
    owner = PeopleFilter(label=_("Buyer"))

    class Meta:
        model = PurchaseOrder
        fields = ()

    def _lines(self, **which: Any) -> QuerySet[PurchaseOrderLine]:
        return PurchaseOrderLine.objects.filter(order=OuterRef("pk"), **which)

    def by_item(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Exists(self._lines(item__sku__iexact=value.strip())))

    def by_lateness(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        """Something that was due before today has not come in full."""
        open_lines = self._lines(due_on__lt=timezone.localdate(), received_qty__lt=F("qty") + F("rejected_qty"))
        late = Q(Exists(open_lines), status__in=COMING)
        return queryset.filter(late if value else ~late)

    def by_bill(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        there = Exists(self._lines(received_qty__gt=F("billed_qty") + F("rejected_qty")))
        return queryset.filter(there if value else ~there)


class ReceiptFilter(RecordFilter):
    received = PeriodFilter(field_name="received_at", label=_("Received"))
    supplier = django_filters.ModelMultipleChoiceFilter(
        field_name="order__supplier",
        queryset=LegalEntity.objects.filter(client__is_supplier=True).order_by("legal_name"),
        label=_("Supplier"),
    )
    warehouse = WarehouseFilter(field_name="order__warehouse")
    item = django_filters.CharFilter(method="by_item", label=_("Item"))

    class Meta:
        model = GoodsReceipt
        fields = ()

    def by_text(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        said = value.strip()
        return queryset.filter(
            Q(number__icontains=said)
            | Q(order__number__icontains=said)
            | Q(supplier_note__icontains=said)
            | Q(order__supplier__legal_name__icontains=said)
        )

    def by_item(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(lines__order_line__item__sku__iexact=value.strip()).distinct()


class CountFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=StocktakeStatus.choices, label=_("Status"))
    warehouse = WarehouseFilter()
    begun = PeriodFilter(field_name="snapshot_at", label=_("Begun"))
    owner = PeopleFilter(label=_("Begun by"))

    class Meta:
        model = Stocktake
        fields = ()

    def by_text(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        said = value.strip()
        return queryset.filter(Q(number__icontains=said) | Q(note__icontains=said))
