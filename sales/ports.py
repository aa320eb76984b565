"""Questions that only the apps above can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.money import ZERO
from core.ports import Chorus, Port


@dataclass(frozen=True)
class CreditExposure:
    """What a client owes by posted invoices, and how much of it is overdue, in the organisation's currency."""

    receivable: Decimal = ZERO
    overdue: Decimal = ZERO


@dataclass(frozen=True)
class ThreadStep:
    """One step on an order's way: a purchase, an operation, a shipment, a visit, an invoice, a payment.

    `state` is a stable code, `state_label` the word for people; `late` when it is not done and its day has passed.
    `record` names the row behind it, as ("inventory.purchaseorderline", 12).
    """

    order_id: int
    kind: str
    number: str
    title: str
    state: str
    state_label: str
    owner: str = ""
    expected_on: date | None = None
    done_at: datetime | None = None
    late: bool = False
    record: tuple[str, int] | None = None


@dataclass(frozen=True)
class ActualCost:
    """What one component or work centre really cost the goods of an order; `last_price` is per unit."""

    kind: str
    code: str
    item_id: int | None
    qty: Decimal
    amount: Decimal
    last_price: Decimal = ZERO


# The functions below say what is asked, and what an app with nothing to say would answer.


def _nothing_owed(client_id: int, on: date) -> CreditExposure:
    """What the client owes at the end of day `on`."""
    return CreditExposure()


def _thread_steps(order_ids: Sequence[int]) -> list[ThreadStep]:
    """The steps that an app adds to the threads of these orders, in a constant number of statements."""
    return []


def _actual_costs(order_id: int, at: datetime | None = None) -> list[ActualCost]:
    """Material and work behind the goods shipped on an order, as known at a moment (None: now)."""
    return []


def _material_demands(order_ids: Sequence[int]) -> dict[int, list[str]]:
    """Per order, the keys of the stock demands of all work orders behind it, on every level of its recipes."""
    return {}


def _no_page_to_accept(quote_id: int) -> str:
    """The public address where a client accepts a sent quote, the same at each call; empty when there is none."""
    return ""


credit_exposure: Port[[int, date], CreditExposure] = Port(_nothing_owed)
order_thread: Chorus[[Sequence[int]], list[ThreadStep]] = Chorus(_thread_steps)
actual_costs: Chorus[Any, list[ActualCost]] = Chorus(_actual_costs)
material_demands: Chorus[[Sequence[int]], dict[int, list[str]]] = Chorus(_material_demands)
quote_accept_link: Port[[int], str] = Port(_no_page_to_accept)
