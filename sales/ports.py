"""Questions that only the apps above can answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.actors import Actor
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


@dataclass(frozen=True)
class DeliveryReason:
    """Something on the way to the date: goods that have to come (`item_id`), or a work centre that is taken.

    `critical` ones move the date.
    """

    code: str
    until: datetime
    text: str
    critical: bool
    item_id: int | None = None


@dataclass(frozen=True)
class DeliveryStep:
    """A piece of work on the way: what, where, from when to when."""

    name: str
    place: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Delivery:
    """When goods leave and arrive, and what decides it; without goods there are no days."""

    start_at: datetime | None
    ship_on: date | None
    deliver_on: date | None
    bottleneck: DeliveryReason | None
    reasons: tuple[DeliveryReason, ...] = ()
    steps: tuple[DeliveryStep, ...] = ()


@dataclass(frozen=True)
class ClientPaper:
    """A paper of `core.documents` that the client may open: its kind, its record and what it is called there."""

    kind: str
    record_id: int
    number: str


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


def _nobody_plans(
    lines: Sequence[tuple[int, Decimal]], warehouse_id: int, at: datetime, lead_days: Mapping[int, int] | None = None
) -> Delivery | None:
    """When (item, quantity) lines that nobody ordered yet could be with the client; None where nobody plans.

    `lead_days` ({item: working days}) asks what would be if suppliers took that long.
    """
    return None


def _nobody_promises(order_id: int, at: datetime, lead_days: Mapping[int, int] | None = None) -> Delivery | None:
    """When an order as it is planned can be with the client, laid out anew from `at` on."""
    return None


def _client_papers(order_id: int) -> list[ClientPaper]:
    """Papers about an order that an app lets the client open on his own page."""
    return []


def _no_targets(user_ids: Sequence[int], month: date) -> dict[int, Decimal]:
    """The net revenue each of these people is to bring in the month of a day; who has no target is left out."""
    return {}


def _nobody_credits(order_id: int, by: Actor) -> str:
    """The page on which `by` may write a credit note for an order; empty where nobody invoices it or he may not."""
    return ""


credit_exposure: Port[[int, date], CreditExposure] = Port(_nothing_owed)
order_thread: Chorus[[Sequence[int]], list[ThreadStep]] = Chorus(_thread_steps)
actual_costs: Chorus[Any, list[ActualCost]] = Chorus(_actual_costs)
material_demands: Chorus[[Sequence[int]], dict[int, list[str]]] = Chorus(_material_demands)
delivery_of_lines: Port[Any, Delivery | None] = Port(_nobody_plans)
delivery_of_order: Port[Any, Delivery | None] = Port(_nobody_promises)
client_papers: Chorus[[int], list[ClientPaper]] = Chorus(_client_papers)
revenue_targets: Port[[Sequence[int], date], dict[int, Decimal]] = Port(_no_targets)
credit_note_page: Port[[int, Actor], str] = Port(_nobody_credits)
