from finance.models.allocations import Allocation
from finance.models.bank import StatementImport, StatementLine
from finance.models.invoices import Invoice, InvoiceLine, InvoiceQuerySet, InvoiceTax
from finance.models.money import BankAccount, CashArticle, Payment
from finance.models.periods import Period
from finance.models.reminders import RemindedInvoice, Reminder

__all__ = [
    "Allocation", "BankAccount", "CashArticle", "Invoice", "InvoiceLine", "InvoiceQuerySet", "InvoiceTax", "Payment",
    "Period", "RemindedInvoice", "Reminder", "StatementImport", "StatementLine",
]  # fmt: skip
