"""Bank accounts, their statements, and closed months."""

from __future__ import annotations

from core.api.filters import between, plain
from core.api.resources import Resource, add
from core.policy import reach_q
from finance.models import BankAccount, Period, StatementImport, StatementLine

add(
    Resource(
        path="bank-accounts",
        model=BankAccount,
        doc="Bank accounts and cash desks.",
        fields=("organization_id", "branch_id", "name", "iban", "is_cash", "currency_id", "opening", "opened_on"),
        filters=plain("branch_id", "is_cash", "currency_id"),
        sorts=("name",),
    ),
    Resource(
        path="statements",
        model=StatementImport,
        doc="Statement files as they were read.",
        fields=(
            "account_id", "format", "file_name", "imported_at", "opening", "total", "closing", "rows", "new_rows",
            "by_id",
        ),
        filters=(*plain("account_id"), *between("imported_at")),
        sorts=("imported_at",),
    ),
    Resource(
        path="statement-lines",
        model=StatementLine,
        doc="Lines of bank statements; the amount is signed, positive came in.",
        fields=(
            "statement_id", "account_id", "booked_on", "amount", "bank_reference", "payer_name", "payer_iban", "text",
            "status", "payment_id",
        ),
        filters=(*plain("statement_id", "account_id", "status"), *between("booked_on")),
        sorts=("booked_on",),
    ),
    Resource(
        path="periods",
        model=Period,
        doc="Months of the branches; a closed one takes no postings.",
        fields=("branch_id", "month", "status", "closed_at", "closed_by_id"),
        view_action="finance.view_period",
        rows=lambda user: Period.objects.filter(reach_q(user, "finance.view_period", Period)),
        filters=(*plain("branch_id", "status"), *between("month")),
        sorts=("month",),
    ),
)  # fmt: skip
