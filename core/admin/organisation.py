from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import EntityAdmin
from core.models import (
    Branch,
    Currency,
    ExchangeRate,
    Holiday,
    NumberSequence,
    Organization,
    Tax,
    TaxRate,
    WorkCalendar,
    WorkShift,
)
from core.services import numbers


@admin.register(Currency)
class CurrencyAdmin(EntityAdmin):
    list_display = ("code", "name", "decimals")
    search_fields = ("code", "name")


@admin.register(ExchangeRate)
class ExchangeRateAdmin(EntityAdmin):
    list_display = ("base", "quote", "on", "rate")
    list_filter = ("base", "quote")
    date_hierarchy = "on"
    ordering = ("-on",)


class TaxRateInline(admin.TabularInline):
    model = TaxRate
    extra = 0


@admin.register(Tax)
class TaxAdmin(EntityAdmin):
    list_display = ("code", "name")
    search_fields = ("code", "name")
    inlines = (TaxRateInline,)


@admin.register(TaxRate)
class TaxRateAdmin(EntityAdmin):
    list_display = ("tax", "percent", "valid")
    list_filter = ("tax",)


class WorkShiftInline(admin.TabularInline):
    model = WorkShift
    extra = 0
    ordering = ("weekday", "starts")


class HolidayInline(admin.TabularInline):
    model = Holiday
    extra = 0
    ordering = ("on",)


@admin.register(WorkCalendar)
class WorkCalendarAdmin(EntityAdmin):
    list_display = ("code", "name", "time_zone")
    search_fields = ("code", "name")
    inlines = (WorkShiftInline, HolidayInline)


@admin.register(WorkShift)
class WorkShiftAdmin(EntityAdmin):
    list_display = ("calendar", "weekday", "starts", "ends")
    list_filter = ("weekday", "calendar")


@admin.register(Holiday)
class HolidayAdmin(EntityAdmin):
    list_display = ("on", "name", "calendar")
    list_filter = ("calendar",)
    search_fields = ("name",)
    date_hierarchy = "on"


@admin.register(Organization)
class OrganizationAdmin(EntityAdmin):
    list_display = ("code", "name", "tax_id", "currency", "time_zone", "is_active")
    list_filter = ("is_active", "currency")
    search_fields = ("code", "name", "tax_id")


@admin.register(Branch)
class BranchAdmin(EntityAdmin):
    list_display = ("code", "name", "organization", "time_zone", "is_active")
    list_filter = ("is_active", "organization")
    search_fields = ("code", "name")


@admin.register(NumberSequence)
class NumberSequenceAdmin(EntityAdmin):
    """A series is added here with its pattern; the numbers themselves only a posting takes."""

    list_display = ("kind", "year", "organization", "branch", "pattern", "gap_free", "next_number")
    list_filter = ("kind", "year", "gap_free")
    search_fields = ("kind", "pattern")
    fields = ("organization", "branch", "kind", "year", "pattern", "gap_free", "next_number")
    readonly_fields = ("gap_free", "next_number")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: NumberSequence, form: Any, change: bool) -> None:
        started = numbers.start_series(
            organization_id=obj.organization_id,
            branch_id=obj.branch_id,
            kind=obj.kind,
            year=obj.year,
            pattern=obj.pattern,
            by=request.user,  # type: ignore[arg-type]
        )
        obj.pk = started.pk
