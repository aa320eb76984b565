"""What reading a bank statement in would do, before it is done."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.money import ZERO
from finance.models import BankAccount, StatementImport, StatementLine
from finance.selectors.balances import bank_balance
from finance.statements import MAX_BYTES, Entry, format_of, read
from finance.statements.checking import balances_of, keys_of, of_account, too_large


@dataclass(frozen=True)
class Previewed:
    """A row of the file, and whether it is known already."""

    entry: Entry
    is_known: bool


@dataclass(frozen=True)
class StatementPreview:
    """A file as it would be read in: its rows, its balances, and ours beside them.

    `is_repeat`: exactly this file was read in before. `ours_before` is our balance at the end of the day before its
    first row, `ours_after` that at its last day with the new rows.
    """

    format: str
    rows: list[Previewed]
    opening: Decimal | None
    closing: Decimal | None
    ours_before: Decimal
    ours_after: Decimal
    is_repeat: bool
    since: date | None
    until: date | None

    @property
    def new(self) -> list[Previewed]:
        return [row for row in self.rows if not row.is_known]

    @property
    def known_count(self) -> int:
        return len(self.rows) - len(self.new)

    @property
    def total_in(self) -> Decimal:
        return sum((row.entry.amount for row in self.new if row.entry.amount > 0), ZERO)

    @property
    def total_out(self) -> Decimal:
        return sum((row.entry.amount for row in self.new if row.entry.amount < 0), ZERO)

    @property
    def opens_apart(self) -> Decimal:
        """By how much the file opens beside our books; zero where it names no opening."""
        return ZERO if self.opening is None else self.opening - self.ours_before

    @property
    def closes_apart(self) -> Decimal:
        return ZERO if self.closing is None else self.closing - self.ours_after


def preview_statement(account: BankAccount, content: bytes) -> StatementPreview:
    """Read a file without storing anything; a fixed number of statements. Raises what importing it would raise."""
    if len(content) > MAX_BYTES:
        raise too_large()
    statements = of_account(read(content), account)
    entries = [entry for statement in statements for entry in statement.entries]
    opening, closing = balances_of(statements, account)
    keyed = keys_of(entries)
    there = set(StatementLine.objects.filter(account=account, key__in=keyed).values_list("key", flat=True))
    rows = [Previewed(entry, key in there) for key, entry in keyed.items()]
    days = [entry.booked_on for entry in entries]
    since, until = (min(days), max(days)) if days else (None, None)
    digest = hashlib.sha256(content).hexdigest()
    return StatementPreview(
        format=format_of(content).label,
        rows=rows,
        opening=opening,
        closing=closing,
        ours_before=bank_balance(account.pk, since - timedelta(days=1)) if since else bank_balance(account.pk),
        ours_after=_after(account, until, rows),
        is_repeat=StatementImport.objects.filter(account=account, file_hash=digest).exists(),
        since=since,
        until=until,
    )


def _after(account: BankAccount, until: date | None, rows: list[Previewed]) -> Decimal:
    """Our balance once every row of the account is booked: those of the file, and those that wait."""
    new = sum((row.entry.amount for row in rows if not row.is_known), ZERO)
    waiting = StatementLine.objects.filter(account=account, status="new")
    if until is not None:
        waiting = waiting.filter(booked_on__lte=until)
    return bank_balance(account.pk, until) + new + sum(waiting.values_list("amount", flat=True), ZERO)
