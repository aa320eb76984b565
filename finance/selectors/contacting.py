"""Where mail about money goes: the client's addresses, and our own account to pay to."""

from __future__ import annotations

from django.db.models import Q

from crm.choices import ContactKind
from crm.models import ContactPoint
from finance.models import BankAccount
from sales.models import SalesOrder


def mail_addresses(client_id: int) -> list[str]:
    """E-mail addresses of a client and of his people, the primary ones first; one statement."""
    whose = Q(client=client_id) | Q(person__roles__client=client_id)
    rows = ContactPoint.objects.filter(whose, kind=ContactKind.EMAIL).order_by("-is_primary", "pk")
    return list(dict.fromkeys(rows.values_list("value", flat=True)))


def account_to_pay(order: SalesOrder) -> BankAccount | None:
    """The account whose IBAN stands on requests: in the order's currency, of its branch before others."""
    rows = BankAccount.objects.filter(
        organization=order.organization_id, currency=order.currency_id, is_cash=False
    ).exclude(iban="")
    return min(rows, key=lambda row: (row.branch_id != order.branch_id, row.pk), default=None)
