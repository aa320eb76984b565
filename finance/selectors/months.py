"""Months with what is still to do in them before they are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth

from core.actors import Actor
from core.models import Branch
from finance.choices import PaymentStatus, PeriodStatus, StatementLineStatus
from finance.models import Payment, Period, StatementLine
from finance.selectors.invoicing import orders_to_invoice
from inventory.choices import ReceiptStatus
from inventory.models import GoodsReceiptLine
from sales.models import Shipment

Key = tuple[int, date]


@dataclass(frozen=True)
class Month:
    """A month of a branch: closed or open, and what waits in it."""

    branch: Branch
    first: date
    period: Period | None
    lines: int
    payments: int
    deliveries: int
    receipts: int
    is_over: bool

    @property
    def is_closed(self) -> bool:
        return self.period is not None and self.period.status == PeriodStatus.CLOSED

    @property
    def open_points(self) -> int:
        return sum(bool(count) for count in (self.lines, self.payments, self.deliveries, self.receipts))


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months(branches: Sequence[Branch], firsts: Sequence[date], *, today: date, user: Actor) -> list[Month]:
    """These months of these branches with their open points, newest first; six statements for any number."""
    if not branches or not firsts:
        return []
    since, until = min(firsts), next_month(max(firsts))
    keys = [branch.pk for branch in branches]
    periods = {(row.branch_id, row.month): row for row in _periods(keys, since, until)}
    lines = _counts(
        StatementLine.objects.filter(
            status=StatementLineStatus.NEW, account__branch__in=keys, booked_on__gte=since, booked_on__lt=until
        ),
        "account__branch", "booked_on",
    )  # fmt: skip
    rest = Payment.objects.filter(
        status=PaymentStatus.POSTED, reversal_of=None, client__isnull=False, allocated__lt=F("amount"),
        account__branch__in=keys, paid_on__gte=since, paid_on__lt=until,
    )  # fmt: skip
    payments = _counts(rest, "account__branch", "paid_on")
    left = Shipment.objects.filter(order__in=orders_to_invoice(user).values("pk"), order__branch__in=keys)
    deliveries = _counts(
        left.filter(shipped_at__date__gte=since, shipped_at__date__lt=until), "order__branch", "shipped_at"
    )
    unbilled = GoodsReceiptLine.objects.filter(
        bill_lines=None, receipt__status=ReceiptStatus.POSTED, receipt__order__branch__in=keys,
        receipt__received_at__date__gte=since, receipt__received_at__date__lt=until,
        order_line__received_qty__gt=F("order_line__billed_qty"),
    )  # fmt: skip
    receipts = _counts(unbilled, "receipt__order__branch", "receipt__received_at")
    return [
        Month(
            branch, first, periods.get((branch.pk, first)), lines.get((branch.pk, first), 0),
            payments.get((branch.pk, first), 0), deliveries.get((branch.pk, first), 0),
            receipts.get((branch.pk, first), 0), next_month(first) <= today,
        )
        for first in sorted(firsts, reverse=True)
        for branch in branches
    ]  # fmt: skip


def _periods(branches: Sequence[int], since: date, until: date) -> QuerySet[Period]:
    rows = Period.objects.filter(branch__in=branches, month__gte=since, month__lt=until)
    return rows.select_related("closed_by")


def _counts(rows: QuerySet, branch: str, day: str) -> dict[Key, int]:  # type: ignore[type-arg]
    found = rows.order_by().annotate(in_month=TruncMonth(day)).values_list(branch, "in_month").annotate(n=Count("pk"))
    return {(key, month.date() if hasattr(month, "date") else month): count for key, month, count in found}
