"""What finance tells on the cards and in the lists of clients: what they owe, and for how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import policy
from core.remembered import remembered
from core.ui import amounts, box_columns, panels, registers
from core.ui.box_columns import BoxColumn
from core.ui.panels import Panel, Stat
from core.ui.tables import HOME, Column, Kind
from crm.models import Client
from finance.models import Invoice, Payment
from finance.selectors.balances import Debt, client_balance, open_on

NOTHING = Decimal(0)
SHOWN = 6


def owed(ids: list[int], user: Any) -> dict[int, Decimal]:
    """What each client owes us today, in base currency, as far as the user may see the invoices."""
    found: dict[int, Decimal] = {}
    for debt in open_on(timezone.localdate(), client_ids=ids, user=user):
        found[debt.client_id] = found.get(debt.client_id, NOTHING) + debt.amount
    return found


def _debts(client: Client, user: Any) -> tuple[date, list[Debt]]:
    """Today and what is open, read once for a card that says it in two places."""
    known = client.__dict__.get("_debts_shown")
    if known is None or known[0] is not user:
        today = timezone.localdate()
        known = (user, today, open_on(today, client_ids=[client.pk], user=user))
        client.__dict__["_debts_shown"] = known
    return known[1:]


def client_stats(client: Client, user: Any) -> Iterable[Stat]:
    if not policy.allows(user, "finance.view_invoice"):
        return
    today, debts = _debts(client, user)
    late = sum((debt.amount for debt in debts if debt.due_on and debt.due_on < today), NOTHING)
    said = _("%(amount)s is overdue") % {"amount": amounts.whole_home_money(late)} if late else _("Nothing is overdue")
    total = sum((debt.amount for debt in debts), NOTHING)
    yield Stat(_("Owed to us"), amounts.whole_home_money(total), said, "bad" if late else "")


def receivables(client: Client, user: Any) -> dict[str, Any] | None:
    """The open amount by delay, and the credit limit used where the user may see it."""
    today, debts = _debts(client, user)
    limit = client.credit_limit if policy.allows(user, "crm.view_credit") else None
    if not debts and limit is None:
        return None
    late = sum((debt.amount for debt in debts if debt.due_on and debt.due_on < today), NOTHING)
    total = sum((debt.amount for debt in debts), NOTHING)
    return {
        "total": total,
        "late": late,
        "not_due": total - late,
        "limit": limit,
        "limit_used": min(int(total / limit * 100), 100) if limit else None,
        "late_share": int(late / total * 100) if total else 0,
        "oldest_days": max(((today - debt.due_on).days for debt in debts if debt.due_on), default=0),
    }


def entities_owe(client: Client, keys: list[int], user: Any) -> dict[int, SafeString]:
    """What each legal entity of the client owes us, and how late the oldest part of it is (no statement more)."""
    today, debts = _debts(client, user)
    found = {}
    for key in keys:
        mine = [debt for debt in debts if debt.legal_entity_id == key]
        total = sum((debt.amount for debt in mine), NOTHING)
        days = max(((today - debt.due_on).days for debt in mine if debt.due_on), default=0)
        late = ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days} if days > 0 else ""
        amount = amounts.home_money(total) if total else amounts.whole_home_money(total)
        found[key] = format_html(
            "<b>{}</b>{}", amount, format_html('<div class="xs bad">{}</div>', late) if late else ""
        )
    return found


@remembered
def _newest_documents(client: Any, user: Any) -> QuerySet[Any]:
    documents = Invoice.objects.visible_to(user).posted().filter(client=client)
    return documents.select_related("legal_entity", "order").order_by("-issued_on", "-pk")[:SHOWN]


@remembered
def _newest_payments(client: Any, user: Any) -> QuerySet[Any]:
    payments = Payment.objects.visible_to(user).filter(client=client)
    return payments.select_related("legal_entity").order_by("-paid_on", "-pk")[:SHOWN]


def money(client: Client, user: Any) -> dict[str, Any] | None:
    """The newest documents and payments of the client, and what stands on account."""
    sees_payments = policy.allows(user, "finance.view_payment")
    rows = _newest_documents(client.pk, user)
    paid = _newest_payments(client.pk, user) if sees_payments else []
    if not rows and not paid:
        return None
    return {
        "documents": rows,
        "payments": paid,
        "today": timezone.localdate(),
        "balance": client_balance(client.pk, timezone.localdate()) if sees_payments else None,
        "currency": rows[0].currency_id if rows else paid[0].currency_id,
        "may_record": policy.allows(user, "finance.record_payment"),
    }


registers.contribute(
    "crm.client",
    Column(
        "owed",
        gettext_lazy("Owed to us"),
        Kind.MONEY,
        batch=owed,
        needs="finance.view_invoice",
        shown=False,
        currency=HOME,
    ),
)
box_columns.add(
    "crm.client.entities", BoxColumn("owed", gettext_lazy("Owed"), entities_owe, needs="finance.view_invoice")
)
panels.add_stats(Client, client_stats)
panels.add(
    Client,
    Panel("receivables", "finance/_client_receivables.html", receivables, "side", 10, needs="finance.view_invoice"),
)
panels.add(Client, Panel("money", "finance/_client_money.html", money, "main", 40, needs="finance.view_invoice"))
