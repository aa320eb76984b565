"""Filters of the lists of production."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.ui.filters import PeriodFilter, RecordFilter
from production.choices import BOMStatus, WorkOrderStatus
from production.models import BOM, WorkCenter, WorkOrder

OVER = [WorkOrderStatus.DONE, WorkOrderStatus.CLOSED, WorkOrderStatus.CANCELLED]


class WorkOrderFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=WorkOrderStatus.choices, label=_("Status"))
    open = django_filters.BooleanFilter(method="by_open", label=_("Open"))
    late = django_filters.BooleanFilter(method="by_late", label=_("Late"))
    center = django_filters.ModelMultipleChoiceFilter(
        method="by_center", queryset=WorkCenter.objects.order_by("name"), label=_("Work centre")
    )
    order = django_filters.CharFilter(field_name="order_line__order__number", lookup_expr="icontains", label=_("Order"))
    starts_at = PeriodFilter(label=_("Start"))
    ends_at = PeriodFilter(label=_("End"))
    done_at = PeriodFilter(label=_("Done"))

    class Meta:
        model = WorkOrder
        fields = ()

    def by_open(self, rows: QuerySet[WorkOrder], _name: str, value: bool) -> QuerySet[WorkOrder]:
        return rows.exclude(status__in=OVER) if value else rows.filter(status__in=OVER)

    def by_late(self, rows: QuerySet[WorkOrder], _name: str, value: bool) -> QuerySet[WorkOrder]:
        """Not done although its end by the plan, or else its due day, has passed."""
        past = Q(ends_at__lt=timezone.now()) | Q(ends_at__isnull=True, due_on__lt=timezone.localdate())
        late = past & ~Q(status__in=OVER)
        return rows.filter(late) if value else rows.exclude(late)

    def by_center(self, rows: QuerySet[WorkOrder], _name: str, value: list[WorkCenter]) -> QuerySet[WorkOrder]:
        return rows.filter(operations__center__in=value).distinct() if value else rows


class BOMFilter(RecordFilter):
    status = django_filters.MultipleChoiceFilter(choices=BOMStatus.choices, label=_("Status"))
    component = django_filters.CharFilter(method="by_component", label=_("Contains"))
    center = django_filters.ModelMultipleChoiceFilter(
        method="by_center", queryset=WorkCenter.objects.order_by("name"), label=_("Work centre")
    )

    class Meta:
        model = BOM
        fields = ()

    def by_text(self, rows: QuerySet[BOM], _name: str, value: str) -> QuerySet[BOM]:
        return rows.filter(Q(item__sku__icontains=value) | Q(item__name__icontains=value))

    def by_component(self, rows: QuerySet[BOM], _name: str, value: str) -> QuerySet[BOM]:
        found = Q(lines__item__sku__icontains=value) | Q(lines__item__name__icontains=value)
        return rows.filter(found).distinct()

    def by_center(self, rows: QuerySet[BOM], _name: str, value: list[WorkCenter]) -> QuerySet[BOM]:
        return rows.filter(operations__center__in=value).distinct() if value else rows


class CenterFilter(RecordFilter):
    is_active = django_filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = WorkCenter
        fields = ()

    def by_text(self, rows: QuerySet[WorkCenter], _name: str, value: str) -> QuerySet[WorkCenter]:
        return rows.filter(Q(code__icontains=value) | Q(name__icontains=value))
