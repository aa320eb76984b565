from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.money import ZERO


@dataclass(frozen=True)
class Entry:
    """A row of a statement; `amount` is signed, positive came in."""

    booked_on: date
    amount: Decimal
    currency: str = ""
    reference: str = ""
    payer_name: str = ""
    payer_iban: str = ""
    text: str = ""


@dataclass(frozen=True)
class Balance:
    amount: Decimal
    currency: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement of one account; balances are None where the file does not name them."""

    account: str = ""
    currency: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    entries: list[Entry] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((entry.amount for entry in self.entries), ZERO)
