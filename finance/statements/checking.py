"""What a read statement has to keep to before it is stored: its account, its sums, and what makes a row known again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from finance.errors import CurrencyDiffers, StatementDoesNotAddUp, StatementOfAnotherAccount, StatementUnreadable
from finance.models import BankAccount
from finance.statements.common import Entry, Statement


def of_account(statements: Sequence[Statement], account: BankAccount) -> list[Statement]:
    """The statements of this account; a file of others is refused, and so are entries in another currency."""
    own = account.iban.replace(" ", "").upper()
    named = {statement.account.replace(" ", "").upper() for statement in statements} - {""}
    if (own and named and own not in named) or (not own and len(named) > 1):
        raise StatementOfAnotherAccount(found=", ".join(sorted(named)), account=account)
    found = [row for row in statements if not own or row.account.replace(" ", "").upper() in ("", own)]
    for entry in (entry for statement in found for entry in statement.entries):
        if entry.currency and entry.currency != account.currency_id:
            raise CurrencyDiffers(
                source=entry.amount,
                source_currency=entry.currency,
                document=account,
                document_currency=account.currency_id,
            )
    return found


def balances_of(statements: Sequence[Statement], account: BankAccount) -> tuple[Decimal | None, Decimal | None]:
    """Opening of the first and closing of the last statement; each with both has to add up.

    A balance in another currency than the account's says nothing about it.
    """
    pairs = []
    for statement in statements:
        opening, closing = (
            balance.amount if balance and balance.currency in ("", account.currency_id) else None
            for balance in (statement.opening, statement.closing)
        )
        if opening is not None and closing is not None and opening + statement.total != closing:
            raise StatementDoesNotAddUp(opening=opening, total=statement.total, closing=closing)
        pairs.append((opening, closing))
    if any(before[1] is None or before[1] != after[0] for before, after in pairwise(pairs)):
        return None, None  # the statements do not follow each other: only each by itself adds up
    return (pairs[0][0], pairs[-1][1]) if pairs else (None, None)


def keys_of(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Entries by what makes them known again."""
    seen: Counter[str] = Counter()
    keyed = {}
    for entry in entries:
        parts = [entry.booked_on.isoformat(), f"{entry.amount:.2f}"]
        # A reference names the row for sure; texts of one row may differ between the bank's formats.
        parts += [entry.reference] if entry.reference else [entry.payer_name, entry.payer_iban, entry.text]
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        seen[digest] += 1
        keyed[f"{digest}#{seen[digest]}"] = entry
    return keyed


def too_large() -> StatementUnreadable:
    return StatementUnreadable(problem=_("it is larger than 20 MB"))
