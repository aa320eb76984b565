"""What stands on the card of an account: lines to book, statements read in, the latest money."""

from __future__ import annotations

from typing import Any

from core import policy
from core.ui import panels
from core.ui.panels import Panel
from finance.choices import StatementLineStatus
from finance.models import BankAccount, Payment, StatementImport, StatementLine

SHOWN = 8


def statements(account: BankAccount, user: Any) -> dict[str, Any]:
    """The latest files, and how many lines wait."""
    rows = StatementImport.objects.filter(account=account).select_related("by").order_by("-imported_at", "-pk")
    waiting = StatementLine.objects.filter(account=account, status=StatementLineStatus.NEW).count()
    return {
        "imports": list(rows[:SHOWN]),
        "waiting": waiting,
        "may_import": policy.allows(user, "finance.import_statement", account),
    }


def latest(account: BankAccount, user: Any) -> dict[str, Any]:
    rows = Payment.objects.visible_to(user).filter(account=account).select_related("client", "legal_entity", "article")
    return {"payments": list(rows.order_by("-paid_on", "-pk")[:SHOWN])}


panels.add(
    BankAccount,
    Panel("statements", "finance/_statements.html", statements, "main", 10, needs="finance.view_statementimport"),
)
panels.add(BankAccount, Panel("latest", "finance/_latest.html", latest, "main", 20, needs="finance.view_payment"))
