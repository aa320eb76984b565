"""The cash journal: money by account, direction, article and day, with the balance after each payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Case, F, Q, QuerySet, Sum, When, Window
from django.db.models.functions import Coalesce

from core.actors import Actor
from core.money import ZERO
from core.ui.periods import Period
from finance.choices import PaymentDirection
from finance.models import BankAccount, Payment
from finance.selectors.balances import MONEY, NO_MONEY, balances_of

IS_IN = Q(direction=PaymentDirection.IN)
SIGNED = Case(When(IS_IN, then=F("amount")), default=-F("amount"), output_field=MONEY)


@dataclass(frozen=True)
class AccountMoves:
    """One account over the period: what it began with, what came and went, what it ends with."""

    account: BankAccount
    opening: Decimal
    incoming: Decimal
    outgoing: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.incoming - self.outgoing


@dataclass(frozen=True)
class ArticleSum:
    """What was counted under an article, in one currency."""

    article: str
    article_id: int | None
    direction: str
    currency: str
    total: Decimal
    count: int


def payments_in(user: Actor, period: Period, *, account_id: int | None = None) -> QuerySet[Payment]:
    """The payments of a period that the user may see, reversals included."""
    rows = Payment.objects.visible_to(user)
    if period.since:
        rows = rows.filter(paid_on__gte=period.since)
    if period.until:
        rows = rows.filter(paid_on__lte=period.until)
    return rows if account_id is None else rows.filter(account=account_id)


def with_balance(rows: QuerySet[Payment], opening: Decimal) -> QuerySet[Payment]:
    """Payments of one account, newest first, each with the balance after it (`balance`)."""
    so_far = Window(Sum(SIGNED), order_by=[F("paid_on").asc(), F("pk").asc()])
    return rows.annotate(balance=so_far + opening).order_by("-paid_on", "-pk")


def account_moves(accounts: QuerySet[BankAccount], period: Period) -> list[AccountMoves]:
    """Every account over the period; four statements."""
    known = list(accounts.select_related("currency", "branch").order_by("is_cash", "name"))
    keys = [account.pk for account in known]
    if period.since:
        openings = balances_of(keys, period.since - timedelta(days=1))
    else:
        openings = {account.pk: account.opening for account in known}
    rows = Payment.objects.filter(account__in=keys)
    rows = rows.filter(paid_on__gte=period.since) if period.since else rows
    rows = rows.filter(paid_on__lte=period.until) if period.until else rows
    moved = {
        pk: (incoming, outgoing)
        for pk, incoming, outgoing in rows.order_by()
        .values_list("account")
        .annotate(
            incoming=Coalesce(Sum("amount", filter=IS_IN), NO_MONEY),
            outgoing=Coalesce(Sum("amount", filter=~IS_IN), NO_MONEY),
        )
    }
    return [AccountMoves(account, openings[account.pk], *moved.get(account.pk, (ZERO, ZERO))) for account in known]


def article_sums(rows: QuerySet[Payment]) -> list[ArticleSum]:
    """What came and went by article, the largest first; one statement."""
    found = (
        rows.order_by()
        .values_list("article__name", "article", "direction", "currency")
        .annotate(total=Sum("amount"), count=Sum(Case(When(pk__gt=0, then=1))))
    )
    made = [ArticleSum(name or "", *rest) for name, *rest in found]
    return sorted(made, key=lambda row: (row.direction, -row.total))
