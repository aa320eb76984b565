"""Filters of the lists of stock and of moves."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

import django_filters
from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.quantities import NOTHING
from core.remembered import remembered
from core.ui.fields import DayField
from core.ui.filters import PeopleFilter, PeriodFilter, RecordFilter
from inventory.choices import MoveKind
from inventory.models import Item, ItemCategory, StockBalance, StockMove, Warehouse
from inventory.selectors.stock.overview import LOOKED_BACK, StockView

_QTY = DecimalField(max_digits=18, decimal_places=4)


def warehouses_of(filterset: Any) -> QuerySet[Warehouse]:
    """The warehouses whose stock the user may see."""
    return _warehouses_of(filterset.user)


def _warehouses_of(user: Any) -> QuerySet[Warehouse]:
    rows = Warehouse.objects.visible_to(user, "inventory.view_stockbalance").order_by("name", "pk")
    return rows.select_related("branch__organization")


_ask_warehouses = remembered(_warehouses_of)


class DayFilter(django_filters.Filter):
    """A day, typed or in words."""

    field_class = DayField


class WarehouseFilter(django_filters.ModelChoiceFilter):
    """One of the warehouses the user may look into."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Warehouse.objects.none(), label=_("Warehouse"), **kwargs)

    def get_queryset(self, request: Any) -> QuerySet[Warehouse]:
        return warehouses_of(self.parent)


class StockFilter(RecordFilter):
    """Filters of items by what lies of them; together they say which stock is looked at (`view`)."""

    warehouse = WarehouseFilter(method="as_it_is")
    category = django_filters.ModelMultipleChoiceFilter(
        queryset=ItemCategory.objects.order_by("name"), label=_("Category")
    )
    place = django_filters.CharFilter(method="by_place", label=_("Place"))
    lot = django_filters.CharFilter(method="by_lot", label=_("Lot or serial number"))
    stocked = django_filters.BooleanFilter(method="by_stock", label=_("In stock"))
    short = django_filters.BooleanFilter(method="by_shortage", label=_("Below its minimum"))
    reserved = django_filters.BooleanFilter(method="by_reservation", label=_("Reserved for somebody"))
    idle = django_filters.BooleanFilter(method="by_rest", label=_("No movement, 90 days"))
    as_of = DayFilter(method="as_it_is", label=_("As it was on"))
    known_on = DayFilter(method="as_it_is", label=_("As it was known on"))

    class Meta:
        model = Item
        fields = ()

    @cached_property
    def warehouses(self) -> list[Warehouse]:
        return _ask_warehouses(self.user)

    @cached_property
    def chosen(self) -> Warehouse | None:
        return self.form.cleaned_data.get("warehouse") if self.form.is_valid() else None

    @cached_property
    def view(self) -> StockView:
        """The warehouses and the moments that were asked for; a day stands for its end."""
        days = self.form.cleaned_data if self.form.is_valid() else {}
        ids = (self.chosen.pk,) if self.chosen else tuple(warehouse.pk for warehouse in self.warehouses)
        return StockView(ids, _end_of(days.get("as_of")), _end_of(days.get("known_on")))

    def filter_queryset(self, queryset: QuerySet[Item]) -> QuerySet[Item]:
        # The columns read what is looked at from here, on the page and in the export.
        self.user.stock_view = self.view
        held = self._balances.order_by().values("item")
        on_hand = Subquery(held.annotate(sum_of_qty=Sum("qty")).values("sum_of_qty"), output_field=_QTY)
        held_now = Coalesce(on_hand, NOTHING, output_field=_QTY)
        # The sum of each item is read only where the list is sorted by it, and worked out only where a filter asks.
        is_sorted = "on_hand" in (self.data.get("sort") or "")
        return super().filter_queryset(queryset.annotate(held=held_now) if is_sorted else queryset.alias(held=held_now))

    @property
    def _balances(self) -> QuerySet[StockBalance]:
        return StockBalance.objects.filter(
            item=OuterRef("pk"), location__warehouse__in=self.view.warehouse_ids, qty__gt=0
        )

    def as_it_is(self, queryset: QuerySet[Item], _name: str, _value: Any) -> QuerySet[Item]:
        """Says what is looked at, and leaves no item out."""
        return queryset

    def by_place(self, queryset: QuerySet[Item], _name: str, value: str) -> QuerySet[Item]:
        return queryset.filter(Exists(self._balances.filter(location__code__istartswith=value)))

    def by_lot(self, queryset: QuerySet[Item], _name: str, value: str) -> QuerySet[Item]:
        return queryset.filter(Exists(self._balances.filter(lot__code__istartswith=value)))

    def by_stock(self, queryset: QuerySet[Item], _name: str, value: bool) -> QuerySet[Item]:
        there = Exists(self._balances)
        return queryset.filter(there if value else ~there)

    def by_shortage(self, queryset: QuerySet[Item], _name: str, value: bool) -> QuerySet[Item]:
        """Less is available than the minimum says."""
        kept = self._balances.order_by().values("item").annotate(sum_kept=Sum("reserved")).values("sum_kept")
        free = F("held") - Coalesce(Subquery(kept, output_field=_QTY), NOTHING, output_field=_QTY)
        rows = queryset.annotate(unreserved=free)
        below = Q(min_stock__gt=0, unreserved__lt=F("min_stock"))
        return rows.filter(below if value else ~below)

    def by_reservation(self, queryset: QuerySet[Item], _name: str, value: bool) -> QuerySet[Item]:
        kept = Exists(self._balances.filter(reserved__gt=0))
        return queryset.filter(kept if value else ~kept)

    def by_rest(self, queryset: QuerySet[Item], _name: str, value: bool) -> QuerySet[Item]:
        """Goods that lie there and have neither come nor gone for ninety days."""
        moved = Exists(StockMove.objects.filter(item=OuterRef("pk"), occurred_at__gte=timezone.now() - LOOKED_BACK))
        there = Exists(self._balances)
        return queryset.filter(there, ~moved) if value else queryset.filter(there, moved)


def _end_of(day: Any) -> datetime | None:
    """The last moment of a day; a day that is not over yet is now."""
    if day is None:
        return None
    moment = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(microseconds=1)
    return moment


class MoveFilter(RecordFilter):
    kind = django_filters.MultipleChoiceFilter(choices=MoveKind.choices, label=_("Kind"))
    when = PeriodFilter(field_name="occurred_at", label=_("Happened"))
    recorded = PeriodFilter(field_name="recorded_at", label=_("Recorded"))
    item = django_filters.CharFilter(method="by_item", label=_("Item"))
    lot = django_filters.CharFilter(field_name="lot__code", lookup_expr="istartswith", label=_("Lot or serial number"))
    warehouse = WarehouseFilter(method="by_warehouse")
    by = PeopleFilter(label=_("By"))
    reversed = django_filters.BooleanFilter(method="by_reversal", label=_("Taken back"))

    class Meta:
        model = StockMove
        fields = ()

    def by_text(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """A document, an item's code or name, or a lot."""
        said = value.strip()
        return queryset.filter(
            Q(document__istartswith=said)
            | Q(item__in=Item.objects.filter(Q(sku__istartswith=said) | Q(name__icontains=said)).values("pk"))
            | Q(lot__code__istartswith=said)
        )

    def by_item(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(item__sku__iexact=value.strip())

    def by_warehouse(self, queryset: QuerySet[Any], _name: str, value: Warehouse) -> QuerySet[Any]:
        return queryset.filter(Q(from_location__warehouse=value) | Q(to_location__warehouse=value))

    def by_reversal(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        return queryset.filter(reversed_by__isnull=not value)
