from django.contrib import admin

from core.admin.base import EntityAdmin, ReadOnlyAdmin, ReadOnlyInline
from finance.models import (
    Allocation,
    BankAccount,
    CashArticle,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    Payment,
    Period,
    RemindedInvoice,
    Reminder,
    StatementImport,
    StatementLine,
)


class InvoiceLineInline(ReadOnlyInline):
    model = InvoiceLine
    fields = ("position", "item", "text", "qty", "unit_price", "discount_pct", "tax_percent", "net_amount")


class InvoiceTaxInline(ReadOnlyInline):
    model = InvoiceTax


class SettledByInline(ReadOnlyInline):
    """What settled the invoice or bill."""

    model = Allocation
    fk_name = "invoice"
    fields = ("payment", "credit_note", "amount", "allocated_on", "third_party", "reversal_of")


class SettlesInline(ReadOnlyInline):
    """What the payment settled."""

    model = Allocation
    fk_name = "payment"
    fields = ("invoice", "amount", "allocated_on", "third_party", "reversal_of")


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "kind", "status", "client", "legal_entity", "issued_on", "due_on", "gross_amount", "allocated",
        "currency",
    )  # fmt: skip
    list_filter = ("kind", "status", "branch")
    search_fields = ("number", "client__name", "legal_entity__legal_name", "order__number")
    date_hierarchy = "issued_on"
    ordering = ("-id",)
    inlines = (InvoiceLineInline, InvoiceTaxInline, SettledByInline)


@admin.register(InvoiceLine)
class InvoiceLineAdmin(ReadOnlyAdmin):
    list_display = ("invoice", "position", "item", "text", "qty", "unit_price", "tax_percent", "net_amount")
    search_fields = ("invoice__number", "item__sku", "text")
    ordering = ("-id",)


@admin.register(InvoiceTax)
class InvoiceTaxAdmin(ReadOnlyAdmin):
    list_display = ("invoice", "percent", "net_amount", "tax_amount")
    search_fields = ("invoice__number",)
    ordering = ("-id",)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = (
        "number", "direction", "status", "account", "client", "legal_entity", "paid_on", "amount", "allocated",
        "currency", "order",
    )  # fmt: skip
    list_filter = ("direction", "status", "account")
    search_fields = ("number", "client__name", "legal_entity__legal_name", "text", "order__number")
    date_hierarchy = "paid_on"
    ordering = ("-id",)
    inlines = (SettlesInline,)


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    list_display = ("id", "invoice", "payment", "credit_note", "amount", "allocated_on", "third_party", "reversal_of")
    search_fields = ("invoice__number", "payment__number", "credit_note__number", "third_party")
    date_hierarchy = "allocated_on"
    ordering = ("-id",)


class RemindedInvoiceInline(ReadOnlyInline):
    model = RemindedInvoice


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("sent_on", "client", "organization", "level", "recipient", "subject", "by")
    list_filter = ("level",)
    search_fields = ("client__name", "recipient", "invoices__invoice__number")
    date_hierarchy = "sent_on"
    ordering = ("-id",)
    inlines = (RemindedInvoiceInline,)


@admin.register(RemindedInvoice)
class RemindedInvoiceAdmin(ReadOnlyAdmin):
    list_display = ("reminder", "invoice", "open_amount")
    search_fields = ("invoice__number",)
    ordering = ("-id",)


class StatementLineInline(ReadOnlyInline):
    model = StatementLine
    fields = ("booked_on", "amount", "payer_name", "text", "status", "payment")


@admin.register(StatementImport)
class StatementImportAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "account", "format", "imported_at", "opening", "total", "closing", "rows", "new_rows")
    list_filter = ("account", "format")
    search_fields = ("file_name", "file_hash")
    ordering = ("-id",)
    inlines = (StatementLineInline,)


@admin.register(StatementLine)
class StatementLineAdmin(ReadOnlyAdmin):
    list_display = ("booked_on", "account", "amount", "payer_name", "text", "status", "payment")
    list_filter = ("status", "account")
    search_fields = ("bank_reference", "payer_name", "payer_iban", "text")
    date_hierarchy = "booked_on"
    ordering = ("-booked_on", "-id")


@admin.register(Period)
class PeriodAdmin(ReadOnlyAdmin):
    """Months are closed and opened by the service, which waits for postings under way."""

    list_display = ("month", "branch", "status", "closed_at", "closed_by")
    list_filter = ("status", "branch")
    search_fields = ("branch__name",)
    ordering = ("-month",)


@admin.register(BankAccount)
class BankAccountAdmin(EntityAdmin):
    list_display = ("name", "organization", "branch", "iban", "currency", "opening", "is_cash")
    list_filter = ("is_cash", "branch")
    search_fields = ("name", "iban")

    def get_readonly_fields(self, request, obj=None):  # type: ignore[no-untyped-def]
        """What payments rest on is not moved under them."""
        fixed = ["organization", "currency", "opening", "opened_on"] if obj and obj.payments.exists() else []
        return [*super().get_readonly_fields(request, obj), *fixed]


@admin.register(CashArticle)
class CashArticleAdmin(EntityAdmin):
    list_display = ("code", "name", "direction", "parent")
    list_filter = ("direction",)
    search_fields = ("code", "name")
