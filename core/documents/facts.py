"""What stands on papers: plain values in frozen dataclasses, read by the apps and shown by the templates.

Values are raw (Decimal, date, moment); the templates write them in the paper's language. Words such as the labels of
facts are already in it, because facts are read with that language on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Sender:
    """Our own legal entity. `logo` is the key of its stored picture, empty without one.

    `terms`, `bank` and `footer` are what it puts on its papers itself: below the lines, and at the foot.
    """

    name: str
    lines: tuple[str, ...] = ()
    tax_id: str = ""
    logo: str = ""
    terms: str = ""
    bank: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receiver:
    label: str
    name: str
    lines: tuple[str, ...] = ()
    tax_id: str = ""


@dataclass(frozen=True)
class Fact:
    """A line of the block at the top right: number, days, contact. `note` follows the value in plain type."""

    label: str
    value: Any
    strong: bool = False
    note: str = ""


@dataclass(frozen=True)
class Term:
    """A paragraph with a heading below the lines: payment, delivery, reason."""

    label: str
    text: str


@dataclass(frozen=True)
class PricedLine:
    title: str
    code: str
    qty: Decimal
    unit: str
    price: Decimal
    net: Decimal
    discount_pct: Decimal = Decimal(0)
    due_on: date | None = None
    more: tuple[Fact, ...] = ()
    heading: str = ""  # opens a section, which comes to `section_net`
    section_net: Decimal = Decimal(0)


@dataclass(frozen=True)
class TaxRow:
    """The tax of one rate; `percent` is None where only the sum is known."""

    percent: Decimal | None
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """The stored sums of a document, never computed here. `decimals` are the places of its currency."""

    net: Decimal
    gross: Decimal
    currency: str
    decimals: int = 2
    taxes: tuple[TaxRow, ...] = ()
    freight: Decimal = Decimal(0)


@dataclass(frozen=True)
class Payment:
    """How to pay: a bank account, and with an IBAN in euro the text of a QR code that banks read."""

    iban: str
    name: str
    reference: str
    qr: str = ""


@dataclass(frozen=True)
class PriceSheet:
    """A paper with prices: quote, order, invoice, credit note, purchase order."""

    number: str
    title: str
    sender: Sender
    receiver: Receiver
    facts: tuple[Fact, ...]
    lines: tuple[PricedLine, ...]
    totals: Totals
    options: tuple[PricedLine, ...] = ()
    intro: str = ""
    terms: tuple[Term, ...] = ()
    second: Receiver | None = None
    sign_for: str = ""
    sign_by: str = ""
    link: str = ""
    payment: Payment | None = None
    prices_with_tax: bool = False
    shows_discount: bool = False
    shows_due: bool = False


@dataclass(frozen=True)
class GoodsLine:
    """Goods without prices. `place` and `lot` say where to take them; `left` what is still to come."""

    title: str
    code: str
    qty: Decimal
    unit: str
    lot: str = ""
    place: str = ""
    ordered: Decimal | None = None
    left: Decimal | None = None


@dataclass(frozen=True)
class GoodsSheet:
    """A paper about goods: delivery note, picking list. No price and no cost stands on it."""

    number: str
    title: str
    sender: Sender
    receiver: Receiver
    facts: tuple[Fact, ...]
    lines: tuple[GoodsLine, ...]
    intro: str = ""
    link: str = ""
    terms: tuple[Term, ...] = ()
    weight_kg: Decimal = Decimal(0)
    shows_lots: bool = False
    shows_left: bool = False


@dataclass(frozen=True)
class Step:
    """A step of a work order; times are planned minutes and moments."""

    sequence: int
    name: str
    center: str
    minutes: Decimal
    starts_at: datetime | None
    ends_at: datetime | None
    code: str


@dataclass(frozen=True)
class WorkCard:
    """The card that goes with a work order through the shop: times and materials, no costs."""

    number: str
    title: str
    sku: str
    qty: Decimal
    unit: str
    sender: Sender
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    materials: tuple[GoodsLine, ...]
    zone: str
    link: str = ""


@dataclass(frozen=True)
class Label:
    """One label: the code in bars and in letters, and what it stands for."""

    code: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelSheet:
    title: str
    size: str
    pages: tuple[tuple[Label, ...], ...]
