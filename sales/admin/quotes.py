from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from sales.models import Approval, Quote, QuoteLine, QuoteTax


class QuoteLineInline(ReadOnlyInline):
    model = QuoteLine
    fields = ("position", "item", "qty", "unit_price", "discount_pct", "tax_percent", "net_amount", "cost_amount")


class QuoteTaxInline(ReadOnlyInline):
    model = QuoteTax


class ApprovalInline(ReadOnlyInline):
    model = Approval
    fields = ("status", "discount_pct", "margin_pct", "asked_at", "asked_by", "decided_at", "decided_by", "remark")


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    list_display = ("number", "revision", "status", "deal", "legal_entity", "net_amount", "gross_amount", "sent_at")
    list_filter = ("status", "currency", "sent_at")
    search_fields = ("number", "deal__name", "legal_entity__legal_name")
    ordering = ("-pk",)
    inlines = (QuoteLineInline, QuoteTaxInline, ApprovalInline)


@admin.register(QuoteLine)
class QuoteLineAdmin(ReadOnlyAdmin):
    list_display = ("quote", "position", "item", "qty", "unit_price", "discount_pct", "tax_percent", "net_amount")
    search_fields = ("quote__number", "item__sku", "text")


@admin.register(QuoteTax)
class QuoteTaxAdmin(ReadOnlyAdmin):
    list_display = ("quote", "percent", "net_amount", "tax_amount")
    list_filter = ("percent",)
    search_fields = ("quote__number",)


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ("quote", "status", "discount_pct", "margin_pct", "asked_by", "asked_at", "decided_by")
    list_filter = ("status", "asked_at")
    search_fields = ("quote__number", "remark")
