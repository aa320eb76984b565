"""What is owed to us, and what money there is, at the end of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Round
from django.utils.translation import gettext_lazy as _

from core import policy
from core.access import scope as places
from core.actors import SYSTEM
from core.money import ZERO, cents
from core.selectors.rates import rate_on
from finance.choices import InvoiceKind, PaymentDirection
from finance.models import Allocation, BankAccount, Invoice, Payment
from finance.selectors import balances
from reports.definitions.parts import MONEY, NONE, parts
from reports.indicators import Indicator, Params, Rows, register


def owed(params: Params) -> QuerySet[Any]:
    """Invoices that were open then, with their `part`: the total less what had settled them by the day, in base."""
    settled = Allocation.objects.filter(invoice=OuterRef("pk"), allocated_on__lte=params.last).order_by()
    rows: QuerySet[Any] = Invoice.objects.posted().filter(kind=InvoiceKind.INVOICE, issued_on__lte=params.last)
    rows = params.ever.within(rows, "issued_on").annotate(
        settled=Coalesce(
            Subquery(settled.values("invoice").annotate(total=Sum("amount")).values("total")), NONE, output_field=MONEY
        )
    )
    left = Round((F("gross_amount") - F("settled")) * F("rate"), 2, output_field=MONEY)
    rows = params.of_owner(rows, "order__owner").filter(gross_amount__gt=F("settled"))
    return parts(rows.filter(_of_age(params)), left)


# How many days late from and to; None is open.
AGES: dict[str, tuple[int | None, int | None]] = {
    "not_due": (None, 0), "to_30": (1, 30), "to_60": (31, 60), "to_90": (61, 90), "over_90": (91, None),
}  # fmt: skip


def _of_age(params: Params) -> Q:
    if params.age not in AGES:
        return Q()
    least, most = AGES[params.age]
    if least is None:
        return Q(due_on__gte=params.last) | Q(due_on__isnull=True)
    late = Q(due_on__lte=params.last - timedelta(days=least))
    return late if most is None else late & Q(due_on__gte=params.last - timedelta(days=most))


def _late(params: Params) -> QuerySet[Any]:
    return owed(params).filter(due_on__lt=params.last)


def _receivables(params: Params) -> Decimal:
    if params.place or params.owner_id or params.age:
        return _sum(owed(params))
    return sum((debt.amount for debt in balances.open_on(params.last, user=params.reader)), ZERO)


def _overdue(params: Params) -> Decimal:
    if params.place or params.owner_id or params.age:
        return _sum(_late(params))
    debts = balances.open_on(params.last, user=params.reader)
    return sum((debt.amount for debt in debts if debt.due_on and debt.due_on < params.last), ZERO)


def _sum(rows: QuerySet[Any]) -> Decimal:
    return rows.order_by().aggregate(total=Sum("part"))["total"] or ZERO


# Cash: what accounts began with and all that came and went.


def _accounts(params: Params) -> QuerySet[BankAccount]:
    accounts = BankAccount.objects.filter(places.condition(BankAccount, params.place))
    return accounts if params.reader is SYSTEM else accounts.filter(pk__in=_seen(params))


def _seen(params: Params) -> QuerySet[Any]:
    reach = policy.reach_q(params.reader, "finance.view_bankaccount", BankAccount)
    return BankAccount.objects.filter(reach).values("pk")


def _openings(params: Params) -> QuerySet[Any]:
    """Accounts with what they began with, in the base currency."""
    accounts = _accounts(params)
    foreign = accounts.exclude(currency=F("organization__currency")).select_related("organization")
    whens = [
        When(pk=one.pk, then=Value(rate_on(one.currency_id, one.organization.currency_id, params.last)))
        for one in foreign
    ]
    one = Value(Decimal(1), output_field=MONEY)
    rate = Case(*whens, default=one, output_field=MONEY) if whens else one
    return parts(accounts.exclude(opening=0), Round(F("opening") * rate, 2, output_field=MONEY))


def _payments(params: Params) -> QuerySet[Any]:
    rows = Payment.objects.filter(account__in=_accounts(params).values("pk"), paid_on__lte=params.last)
    incoming = Q(direction=PaymentDirection.IN)
    return parts(rows, Case(When(incoming, then=F("base_amount")), default=-F("base_amount"), output_field=MONEY))


def _cash(params: Params) -> Decimal:
    accounts = list(_accounts(params).select_related("organization"))
    rows = Payment.objects.filter(account__in=[one.pk for one in accounts], paid_on__lte=params.last).order_by()
    found = dict(rows.values_list("direction").annotate(total=Sum("base_amount")))
    moved = found.get(PaymentDirection.IN, ZERO) - found.get(PaymentDirection.OUT, ZERO)
    return sum((_opening(one, params) for one in accounts), ZERO) + moved


def _opening(account: BankAccount, params: Params) -> Decimal:
    """What an account began with, in the base currency."""
    home = account.organization.currency_id
    if not account.opening or account.currency_id == home:
        return account.opening
    return cents(account.opening * rate_on(account.currency_id, home, params.last))


def _cash_records(params: Params) -> Sequence[Rows]:
    return [_openings(params), _payments(params)]


register(
    Indicator(
        "receivables", _("Receivables"), "money", "finance.view_invoice", _receivables, lambda p: [owed(p)],
        help=_("What was left of the invoices at the end of the last day. Advances are not set off."),
    ),
    Indicator(
        "overdue", _("Overdue"), "money", "finance.view_invoice", _overdue, lambda p: [_late(p)],
        help=_("What should have been paid before the last day and was not."),
    ),
    Indicator(
        "cash", _("Cash"), "money", "finance.view_bankaccount", _cash, _cash_records,
        help=_("All bank accounts and cash desks at the end of the last day, in the base currency."),
    ),
)  # fmt: skip
