"""Bank statements: reading them in without doubles, and booking their lines as payments."""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict, deque
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from core import events, policy
from core.actors import Actor, user_or_none
from core.money import ZERO
from core.transactions import command
from finance.choices import PaymentDirection, PaymentStatus, StatementLineStatus
from finance.errors import LineDiffers, LineInUse, LineNotBookable
from finance.events import StatementImported
from finance.models import BankAccount, Payment, StatementImport, StatementLine
from finance.services.payments import record_payment
from finance.statements import MAX_BYTES, Entry, format_of, read
from finance.statements.checking import balances_of, keys_of, of_account, too_large

logger = logging.getLogger(__name__)


@command
def import_statement(*, account_id: int, content: bytes, file_name: str, at: datetime, by: Actor) -> StatementImport:
    """Read a statement file (CSV or CAMT.053) into lines of the account; what is known already adds nothing.

    A row is known by the bank's reference, else by its whole content, with its running number among equal rows
    of one day: so overlapping files add only what is new, and two equal rows of a day stay two. A new line that
    equals a payment recorded before (day and signed amount) is matched to it. The same file again changes
    nothing at all and returns its first import with `new_rows` 0. Locks the account. A fixed number of
    statements for any number of rows. Raises StatementUnreadable, StatementOfAnotherAccount, CurrencyDiffers,
    StatementDoesNotAddUp.
    """
    account = BankAccount.objects.locked().get(pk=account_id)
    policy.require(by, "finance.import_statement", account)
    digest = hashlib.sha256(content).hexdigest()
    known = StatementImport.objects.filter(account=account, file_hash=digest).first()
    if known is not None:
        known.new_rows = 0
        return known
    if len(content) > MAX_BYTES:
        raise too_large()
    statements = of_account(read(content), account)
    entries = [entry for statement in statements for entry in statement.entries]
    opening, closing = balances_of(statements, account)
    keyed = keys_of(entries)
    there = set(StatementLine.objects.filter(account=account, key__in=keyed).values_list("key", flat=True))
    new = {key: entry for key, entry in keyed.items() if key not in there}
    stored = StatementImport.objects.create(
        account=account,
        format=format_of(content),
        file_name=file_name[:200],
        file_hash=digest,
        imported_at=at,
        opening=opening,
        total=sum((entry.amount for entry in entries), ZERO),
        closing=closing,
        rows=len(entries),
        new_rows=len(new),
        by=user_or_none(by),
    )
    _store_lines(stored, new)
    if new:
        events.publish(StatementImported(import_id=stored.pk))
    logger.info("statement imported", extra={"import_id": stored.pk, "rows": len(entries), "new": len(new)})
    return stored


@command
def book_line(
    *,
    line_id: int,
    legal_entity_id: int | None,
    at: datetime,
    by: Actor,
    article_id: int | None = None,
    order_id: int | None = None,
) -> Payment:
    """Make the payment that a bank line shows, of the named legal entity (None for bank fees and the like).

    A matched line returns its payment. Locks the line. Raises LineNotBookable for an ignored line, PeriodClosed.
    """
    line = StatementLine.objects.locked().select_related("account").get(pk=line_id)
    policy.require(by, "finance.import_statement", line)
    if line.payment is not None:
        return line.payment
    _require_new(line)
    payment = record_payment(
        account_id=line.account_id,
        direction=PaymentDirection.IN if line.amount > 0 else PaymentDirection.OUT,
        amount=abs(line.amount),
        paid_on=line.booked_on,
        by=by,
        legal_entity_id=legal_entity_id,
        order_id=order_id,
        article_id=article_id,
        text=line.text[:300],
        key=_key_of(line),
    )
    _match(line, payment)
    return payment


@command
def match_line(*, line_id: int, payment_id: int, by: Actor) -> StatementLine:
    """Say that a bank line is a payment recorded before, perhaps on another day. Matching again changes nothing.

    Locks the line, then the payment. Raises LineNotBookable, and LineDiffers when account or amount differ or
    the payment has its line already.
    """
    line = StatementLine.objects.locked().select_related("account").get(pk=line_id)
    policy.require(by, "finance.import_statement", line)
    if line.payment_id == payment_id:
        return line
    _require_new(line)
    payment = Payment.objects.locked().get(pk=payment_id)
    taken = StatementLine.objects.filter(payment=payment).exists()
    if taken or (payment.account_id, payment.signed_amount) != (line.account_id, line.amount):
        raise LineDiffers(amount=line.amount, account=line.account, number=payment.number)
    _match(line, payment)
    return line


@command
def ignore_line(*, line_id: int, by: Actor, reason: str = "") -> StatementLine:
    """Set a bank line aside for a reason: it is booked elsewhere. Raises LineNotBookable for a matched line."""
    line = StatementLine.objects.locked().get(pk=line_id)
    policy.require(by, "finance.import_statement", line)
    if line.status == StatementLineStatus.IGNORED:
        return line
    _require_new(line)
    line.status, line.reason = StatementLineStatus.IGNORED, reason
    line.save(update_fields=["status", "reason"])
    return line


@command
def reopen_line(*, line_id: int, by: Actor) -> StatementLine:
    """Let a line that was set aside, or whose payment was reversed, wait to be booked again.

    A line that waits stays as it is. Locks the line. Raises LineInUse while its payment stands.
    """
    line = StatementLine.objects.locked().select_related("payment").get(pk=line_id)
    policy.require(by, "finance.import_statement", line)
    if line.status == StatementLineStatus.NEW:
        return line
    if line.payment is not None and line.payment.status != PaymentStatus.REVERSED:
        raise LineInUse(number=line.payment.number)
    line.status, line.payment, line.reason = StatementLineStatus.NEW, None, ""
    line.save(update_fields=["status", "payment", "reason"])
    return line


def _key_of(line: StatementLine) -> str:
    """What the payment of a line is known by; one booked again after a reversal is another payment."""
    base = f"finance.line:{line.pk}"
    before = Payment.objects.filter(Q(idempotency_key=base) | Q(idempotency_key__startswith=f"{base}:")).count()
    return f"{base}:{before}" if before else base


def _require_new(line: StatementLine) -> None:
    if line.status != StatementLineStatus.NEW:
        raise LineNotBookable(on=line.booked_on, amount=line.amount, status=line.get_status_display())


def _match(line: StatementLine, payment: Payment) -> None:
    line.payment, line.status = payment, StatementLineStatus.MATCHED
    line.save(update_fields=["payment", "status"])


def _store_lines(stored: StatementImport, new: dict[str, Entry]) -> None:
    """Insert new lines, each matched to an equal payment that has no line yet."""
    payments = _unmatched_payments(stored.account, {entry.booked_on for entry in new.values()})
    lines = []
    for key, entry in new.items():
        same = payments.get((entry.booked_on, entry.amount))
        payment = same.popleft() if same else None
        status = StatementLineStatus.NEW if entry.amount else StatementLineStatus.IGNORED
        lines.append(
            StatementLine(
                statement=stored,
                account=stored.account,
                key=key,
                booked_on=entry.booked_on,
                amount=entry.amount,
                bank_reference=entry.reference[:120],
                payer_name=entry.payer_name[:200],
                payer_iban=entry.payer_iban[:34],
                text=entry.text,
                status=StatementLineStatus.MATCHED if payment else status,
                payment=payment,
            )
        )
    StatementLine.objects.bulk_create(lines)


def _unmatched_payments(account: BankAccount, days: set[date]) -> dict[tuple[date, Decimal], deque[Payment]]:
    found: dict[tuple[date, Decimal], deque[Payment]] = defaultdict(deque)
    rows = Payment.objects.filter(
        account=account, paid_on__in=days, status=PaymentStatus.POSTED, statement_line=None
    ).order_by("pk")
    for payment in rows:
        found[payment.paid_on, payment.signed_amount].append(payment)
    return found
