"""Filters of the list of items."""

from __future__ import annotations

from decimal import Decimal

import django_filters
from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.ui.filters import RecordFilter
from inventory.choices import ItemStatus, ItemType, Replenishment, Tracking
from inventory.models import Item, ItemCategory, StockBalance


class ItemFilter(RecordFilter):
    type = django_filters.MultipleChoiceFilter(choices=ItemType.choices, label=_("Type"))
    status = django_filters.MultipleChoiceFilter(choices=ItemStatus.choices, label=_("Status"))
    category = django_filters.ModelMultipleChoiceFilter(
        queryset=ItemCategory.objects.order_by("name"), label=_("Category")
    )
    replenishment = django_filters.MultipleChoiceFilter(choices=Replenishment.choices, label=_("Supplied by"))
    tracking = django_filters.MultipleChoiceFilter(choices=Tracking.choices, label=_("Tracking"))
    is_sold = django_filters.BooleanFilter(label=_("Sold"))
    short = django_filters.BooleanFilter(method="by_shortage", label=_("Below its minimum"))
    standard_cost = django_filters.RangeFilter(label=_("Standard cost"))

    class Meta:
        model = Item
        fields = ()

    def by_shortage(self, queryset: QuerySet[Item], _name: str, value: bool) -> QuerySet[Item]:
        """Items whose stock the user may see adds up to less than their minimum."""
        balances = StockBalance.objects.visible_to(self.user).filter(
            item=OuterRef("pk"), location__warehouse__isnull=False
        )
        total = balances.order_by().values("item").annotate(total=Sum("qty")).values("total")
        field = DecimalField(max_digits=18, decimal_places=4)
        rows = queryset.annotate(held=Coalesce(Subquery(total, output_field=field), Decimal(0), output_field=field))
        return rows.filter(min_stock__gt=0, held__lt=F("min_stock")) if value else rows.filter(held__gte=F("min_stock"))
