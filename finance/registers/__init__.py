from finance.registers.accounts import Accounts
from finance.registers.documents import Bills, Invoices
from finance.registers.payments import Payments

__all__ = ["Accounts", "Bills", "Invoices", "Payments"]
