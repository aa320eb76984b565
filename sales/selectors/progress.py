"""An order's way in a few parts: how far each is, when it is expected, what is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.quantities import told
from core.remembered import remembered_for_all
from core.ui import daywords
from inventory.choices import PegStatus, ServiceRole
from inventory.models import Peg
from sales.choices import OrderStatus
from sales.models import OrderLine, SalesOrder
from sales.ports import ThreadStep
from sales.selectors.orders import has_role, is_fulfilled, is_goods


@dataclass(frozen=True)
class Part:
    """One part of the way. `state` is done, part, late or nothing; `share` how far it is, in tens of a hundred."""

    key: str
    label: str
    value: str
    detail: str = ""
    state: str = ""
    share: int = 0


def parts_of(
    order: SalesOrder, lines: Sequence[OrderLine], steps: Sequence[ThreadStep], *, for_client: bool = False
) -> list[Part]:
    """The parts of the way in their order; what an order does not need is left out. No statements.

    The client hears of days and states, never of suppliers, colleagues or numbers inside the house.
    """
    by_kind: dict[str, list[ThreadStep]] = {}
    for step in steps:
        by_kind.setdefault(step.kind, []).append(step)
    made = [_ordered(order)]
    if by_kind.get("purchase"):
        made.append(_of_steps("purchase", _("Materials"), by_kind["purchase"], for_client=for_client))
    work = by_kind.get("work_order") or by_kind.get("operation")
    if work:
        made.append(_of_steps("production", _("Production"), work, for_client=for_client))
    if any(is_goods(line) for line in lines):
        made.append(_delivery(order, [line for line in lines if is_goods(line)], by_kind.get("shipment", [])))
    if any(has_role(line, ServiceRole.INSTALLATION) for line in lines):
        made.append(_installation(lines, by_kind.get("visit", []), for_client=for_client))
    if by_kind.get("invoice"):
        made.append(_of_steps("invoice", _("Invoice"), by_kind["invoice"], for_client=for_client, numbers=True))
    elif not for_client and order.status != OrderStatus.CANCELLED:
        made.append(Part("invoice", _("Invoice"), _("Not written yet")))  # every order comes to one
    return made


def _ordered(order: SalesOrder) -> Part:
    if order.status == OrderStatus.CANCELLED:
        return Part("order", _("Order"), _("Cancelled"), state="late", share=100)
    if order.confirmed_at is None:
        return Part("order", _("Order"), _("Not confirmed yet"))
    return Part("order", _("Order"), _("Confirmed"), daywords.day(order.confirmed_at.date()), "done", 100)


def _of_steps(key: str, label: str, steps: Sequence[ThreadStep], *, for_client: bool, numbers: bool = False) -> Part:
    done = [step for step in steps if step.done_at is not None]
    open_steps = [step for step in steps if step.done_at is None]
    late = [step for step in open_steps if step.late]
    value = _("All done") if not open_steps else _("{done} of {all} done").format(done=len(done), all=len(steps))
    if numbers:
        value = steps[-1].number if len(steps) == 1 else str(len(steps))
    detail = _expected(open_steps)
    if for_client and not numbers:
        value, detail = (_("All done") if not open_steps else _("Under way") if done else _("Planned")), ""
    elif late and not for_client:
        detail = ngettext("{count} is late", "{count} are late", len(late)).format(count=len(late))
    elif numbers and not open_steps:
        detail = _("Paid")
    return Part(key, label, value, detail, _state(len(done), len(steps), bool(late)), _tens(len(done), len(steps)))


def _delivery(order: SalesOrder, goods: Sequence[OrderLine], shipments: Sequence[ThreadStep]) -> Part:
    wanted = sum((line.qty for line in goods), Decimal(0))
    sent = sum((min(line.shipped_qty, line.qty) for line in goods), Decimal(0))
    late = any(step.late for step in shipments)
    if sent >= wanted:
        last = max((step.done_at for step in shipments if step.done_at), default=None)
        return Part("delivery", _("Delivery"), _("All shipped"), daywords.day(last.date()) if last else "", "done", 100)
    value = daywords.day(order.promised_on) if order.promised_on else _("Day not set yet")
    detail = _("{sent} of {wanted} shipped").format(sent=told(sent), wanted=told(wanted)) if sent else ""
    return Part(
        "delivery", _("Delivery"), value, detail, "late" if late else "part" if sent else "", _tens(sent, wanted)
    )


def _installation(lines: Iterable[OrderLine], visits: Sequence[ThreadStep], *, for_client: bool) -> Part:
    if all(is_fulfilled(line) for line in lines if has_role(line, ServiceRole.INSTALLATION)):
        return Part("installation", _("Installation"), _("Done"), state="done", share=100)
    planned = [step for step in visits if step.done_at is None and step.expected_on]
    value = (
        daywords.day(min(step.expected_on for step in planned if step.expected_on)) if planned else _("Not planned yet")
    )
    detail = "" if for_client or not planned else planned[0].owner
    return Part("installation", _("Installation"), value, detail, "late" if any(s.late for s in planned) else "")


def _expected(steps: Sequence[ThreadStep]) -> str:
    days: list[date] = [step.expected_on for step in steps if step.expected_on]
    return _("Expected {day}").format(day=daywords.day(max(days))) if days else ""


def _state(done: int, total: int, late: bool) -> str:
    return "done" if done == total else "late" if late else "part" if done else ""


def _tens(done: Any, total: Any) -> int:
    """How far, in steps of ten: the bar knows no others, and begins and ends only with nothing and all."""
    if not done or not total:
        return 0
    return 100 if done >= total else max(10, min(90, int(done * 10 / total) * 10))


@dataclass(frozen=True)
class LineState:
    """A line of an order and how far it is; `reserved` lies in stock for it, `open` is still to ship or perform."""

    line: OrderLine
    reserved: Decimal
    open: Decimal
    is_goods: bool

    @property
    def short(self) -> Decimal:
        """Of what has to be shipped, how much is not in stock yet."""
        return max(self.open - self.reserved, Decimal(0)) if self.is_goods else Decimal(0)


@remembered_for_all
def _kept_in_stock(keys: Any) -> QuerySet[Any, Any]:
    pegs = Peg.objects.filter(demand__key__any=keys, balance__isnull=False, status=PegStatus.OPEN)
    return pegs.values_list("demand__key", "qty", "used_qty")


def line_states(lines: Sequence[OrderLine]) -> list[LineState]:
    """How far each line is; their items are read already (one statement)."""
    keys = [line.demand_key for line in lines if is_goods(line)]
    kept: dict[str, Decimal] = {}
    for key, qty, used in _kept_in_stock(keys) if keys else ():
        kept[key] = kept.get(key, Decimal(0)) + qty - used
    return states_of(lines, kept)


def states_of(lines: Sequence[OrderLine], kept: Mapping[str, Decimal] | None = None) -> list[LineState]:
    """The same with what is `kept` in stock for each demand; without a word of it nothing is (no statement)."""
    aside, nothing = kept or {}, Decimal(0)
    return [
        LineState(line, aside.get(line.demand_key, nothing), max(line.qty - line.shipped_qty, nothing), is_goods(line))
        for line in lines
    ]
