"""The bank: lines booked once, statements that add up."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, Q

from core.ledgers import Finding, checks
from finance.ledgers.statements import rows_of
from finance.models import StatementLine


@checks("I9", "bank lines booked once")
def bank_lines() -> Iterable[Finding]:
    """A matched line has one payment of its account over its amount; any other line has none."""
    rows = StatementLine.objects.annotate(
        paid=F("payment__amount"), way=F("payment__direction"), paid_from=F("payment__account")
    ).filter(
        Q(status="matched", payment=None)
        | ~Q(status="matched") & Q(payment__isnull=False)
        | Q(payment__isnull=False) & ~Q(paid_from=F("account"))
        | Q(way="in") & ~Q(paid=F("amount"))
        | Q(way="out") & ~Q(paid=-F("amount"))
    )
    for row in rows:
        yield Finding(
            "I9", "bank lines booked once", f"bank line {row.pk}", f"{row.amount} is {row.status}, paid {row.paid}"
        )


@checks("I9", "bank statements")
def bank_statements() -> Iterable[Finding]:
    """Opening and rows make the closing balance, and the lines stored are those that the import counted."""
    sql = """
        SELECT s.id, s.opening, s.total, s.closing, s.new_rows, count(l.id), coalesce(sum(l.amount), 0)
        FROM finance_statementimport s LEFT JOIN finance_statementline l ON l.statement_id = s.id
        GROUP BY s.id
        HAVING s.new_rows <> count(l.id) OR s.closing <> s.opening + s.total
            OR (s.rows = s.new_rows AND s.total <> coalesce(sum(l.amount), 0))
    """
    for pk, opening, total, closing, new_rows, lines, summed in rows_of(sql):
        yield Finding(
            "I9", "bank statements", f"statement {pk}",
            f"{opening} + {total} against {closing}; {new_rows} new rows, {lines} lines over {summed}",
        )  # fmt: skip
