"""The one thread of a sale, from the request to the last payment, as its deal shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.ui import daywords
from sales.choices import DealStatus, EstimateStatus, OrderStatus, QuoteStatus
from sales.models import Deal, EstimateRequest, Quote, SalesOrder
from sales.ports import ThreadStep
from sales.selectors.thread import order_threads


@dataclass(frozen=True)
class Node:
    """One point of the thread: `state` is done, part, late or "" (to come); `share` tens of per cent that are done."""

    key: str
    label: str | Promise
    value: str = ""
    detail: str = ""
    state: str = ""
    share: int = 0


@dataclass(frozen=True)
class Thread:
    """The points in their order, and the steps of the orders behind them."""

    nodes: Sequence[Node]
    steps: Sequence[ThreadStep]
    orders: Sequence[SalesOrder]

    @property
    def is_late(self) -> bool:
        return any(node.state == "late" for node in self.nodes)


# What an order goes through, as the thread groups the kinds of its steps.
GROUPS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("purchase", gettext_lazy("Purchasing"), ("purchase",)),
    ("work", gettext_lazy("Production"), ("work_order", "operation")),
    ("delivery", gettext_lazy("Delivery"), ("shipment",)),
    ("visit", gettext_lazy("Installation"), ("visit",)),
    ("invoice", gettext_lazy("Invoice"), ("invoice",)),
    ("payment", gettext_lazy("Payment"), ("payment",)),
    ("ticket", gettext_lazy("Complaints"), ("ticket",)),
)
ALWAYS = {"delivery", "invoice", "payment"}  # every order comes to these
OFF = frozenset({"cancelled", "reversed"})


def thread_of(deal: Deal, *, today: date) -> Thread:
    """The thread of a deal in a constant number of statements. `deal.lead` should be joined."""
    orders = list(SalesOrder.objects.filter(deal=deal).exclude(status=OrderStatus.CANCELLED).order_by("pk"))
    nodes = [_begin(deal)]
    nodes += _estimate(EstimateRequest.objects.filter(deal=deal).order_by("-pk").first(), today)
    nodes.append(_quote(Quote.objects.filter(deal=deal).order_by("-revision").first(), deal))
    if not orders:
        if deal.status == DealStatus.OPEN:
            nodes += [Node("order", _("Order")), Node("delivery", _("Delivery")), Node("payment", _("Payment"))]
        return Thread(nodes, [], [])
    threads = order_threads([order.pk for order in orders], today=today)
    steps = [step for order in orders for step in threads[order.pk]]
    nodes.append(_order(orders))
    for key, label, kinds in GROUPS:
        mine = [step for step in steps if step.kind in kinds and step.state not in OFF]
        if mine and key == "payment":
            nodes.append(_payment(label, mine, [step for step in steps if step.kind == "invoice"]))
        elif mine:
            nodes.append(_group(key, label, mine))
        elif key in ALWAYS:
            promised = max((order.promised_on for order in orders if order.promised_on), default=None)
            value = daywords.day(promised) if key == "delivery" and promised else ""
            late = key == "delivery" and promised is not None and promised < today
            nodes.append(Node(key, label, value, _("Promised") if value else "", "late" if late else ""))
    return Thread(nodes, steps, orders)


def _when(moment: datetime | None) -> str:
    from django.utils import timezone

    return daywords.day(timezone.localtime(moment).date()) if moment else ""


def _begin(deal: Deal) -> Node:
    lead = deal.lead
    if lead is None:
        return Node("request", _("Deal"), _("Opened %(day)s") % {"day": _when(deal.opened_at)}, "", "done")
    minutes, answered = lead.response_minutes, _("Not answered")
    if minutes is not None:
        answered = _("Answered in %(time)s") % {"time": daywords.waited(minutes)}
    return Node("request", _("Request"), _when(lead.received_at), answered, "done")


def _estimate(request: EstimateRequest | None, today: date) -> list[Node]:
    if request is None:
        return []
    late = request.due_on is not None and request.due_on < today
    if request.status == EstimateStatus.ASKED:
        due = _("Due %(day)s") % {"day": daywords.day(request.due_on)} if request.due_on else ""
        return [Node("estimate", _("Estimate"), _("Asked %(day)s") % {"day": _when(request.asked_at)}, due,
                     "late" if late else "part", 50)]  # fmt: skip
    lead = request.lead_days
    days = ngettext("%(days)s working day", "%(days)s working days", lead) % {"days": lead} if lead is not None else ""
    refused = request.status == EstimateStatus.REFUSED
    state = "late" if refused else "done"
    said = str(request.get_status_display()) if refused else days
    return [Node("estimate", _("Estimate"), _when(request.answered_at), said, state, 100)]


def _quote(quote: Quote | None, deal: Deal) -> Node:
    if quote is None:
        return Node("quote", _("Quote"), "", "" if deal.status == DealStatus.OPEN else _("None"))
    label = _("Quote %(number)s") % {"number": quote.number}
    said = {
        QuoteStatus.ACCEPTED: _("Accepted %(day)s") % {"day": _when(quote.decided_at)},
        QuoteStatus.SENT: _("Sent %(day)s") % {"day": _when(quote.sent_at)},
    }.get(QuoteStatus(quote.status), quote.get_status_display())
    states = {QuoteStatus.ACCEPTED: "done", QuoteStatus.SENT: "part", QuoteStatus.DRAFT: "part"}
    share = 70 if quote.status == QuoteStatus.SENT else 30
    revision = _("Version %(revision)s") % {"revision": quote.revision}
    return Node("quote", label, str(said), revision, states.get(QuoteStatus(quote.status), "late"), share)


def _order(orders: Sequence[SalesOrder]) -> Node:
    last = orders[-1]
    state = "done" if all(order.status != OrderStatus.DRAFT for order in orders) else "part"
    label = _("Order %(number)s") % {"number": last.number}
    return Node("order", label, _when(last.confirmed_at or last.ordered_at), str(last.get_status_display()), state, 50)


def _group(key: str, label: str | Promise, steps: Iterable[ThreadStep]) -> Node:
    steps = list(steps)
    done = [step for step in steps if step.done_at is not None]
    left = [step for step in steps if step.done_at is None]
    late = [step for step in left if step.late]
    share = 10 * round(10 * len(done) / len(steps))
    if not left:
        last = max(step.done_at for step in done if step.done_at)
        return Node(key, label, _("Done %(day)s") % {"day": _when(last)}, done[-1].number, "done", 100)
    nearest = min((step.expected_on for step in left if step.expected_on), default=None)
    if len(steps) > 1:
        value = _("%(done)s of %(all)s done") % {"done": len(done), "all": len(steps)}
    else:
        value = daywords.day(nearest) if nearest else str(left[0].state_label)
    first = (late or left)[0]
    name = first.number or first.title
    detail = _("%(name)s is late") % {"name": name} if late else f"{name} {first.state_label}".strip()
    state = "late" if late else "part" if done or _is_begun(left) else ""
    return Node(key, label, value, detail, state, share or (10 if state else 0))


def _payment(label: str | Promise, steps: Sequence[ThreadStep], invoices: Sequence[ThreadStep]) -> Node:
    """Money came; it is all of it when the invoices are settled, and an advance alone is not."""
    node = _group("payment", label, steps)
    if node.state != "done" or (invoices and all(step.done_at for step in invoices if step.state not in OFF)):
        return node
    last = max(step.done_at for step in steps if step.done_at)
    return replace(node, value=_("Last %(day)s") % {"day": _when(last)}, state="part", share=50)


def _is_begun(steps: Iterable[ThreadStep]) -> bool:
    return any(step.state in {"doing", "in_progress", "running", "part_received", "ordered"} for step in steps)


def late_words(thread: Thread) -> str:
    """One word for the head of the deal: which part of the order is late."""
    late: Any = next((node for node in thread.nodes if node.state == "late" and node.key != "quote"), None)
    return _("%(part)s late") % {"part": late.label} if late is not None and thread.orders else ""
