from finance.models.bank import StatementImport, StatementLine
from finance.models.invoices import Invoice, InvoiceLine, InvoiceTax
from finance.models.money import Allocation, BankAccount, CashArticle, Payment
from finance.models.periods import Period

__all__ = [
    "Allocation", "BankAccount", "CashArticle", "Invoice", "InvoiceLine", "InvoiceTax", "Payment", "Period",
    "StatementImport", "StatementLine",
]  # fmt: skip
