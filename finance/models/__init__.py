from finance.models.invoices import Invoice, InvoiceLine, InvoiceTax
from finance.models.money import (
    Allocation,
    BankAccount,
    CashArticle,
    Payment,
    Period,
    StatementImport,
    StatementLine,
)

__all__ = [
    "Allocation", "BankAccount", "CashArticle", "Invoice", "InvoiceLine", "InvoiceTax", "Payment", "Period",
    "StatementImport", "StatementLine",
]  # fmt: skip
