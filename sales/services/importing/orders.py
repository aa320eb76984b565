"""Orders of another system out of a file, as history: they move no stock and no money here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core import policy
from core.actors import Actor
from core.choices import Origin
from core.imports import own_fields
from core.imports.profiles import CHANGED, SAME, Entry, Written
from core.imports.writing import Wish, grant
from core.models import Branch
from core.transactions import command
from sales.choices import OrderStatus
from sales.errors import OrderOfOurOwn
from sales.models import OrderLine, SalesOrder

HEADER = (
    "number", "external_key", "channel", "owner_id", "territory", "client_reference", "currency_id", "ordered_at",
    "done_at", "wished_on", "delivery_address", "terms",
)  # fmt: skip
EXACT, UNIT = Decimal("0.0001"), Decimal("0.000001")
NOTHING = Decimal(0)


@command
def import_orders(*, entries: Sequence[Entry], by: Actor) -> list[Written]:
    """Enter done or cancelled orders with their lines; rows of one `key` are one order, its head is of the first row.

    A known order (`record_id`) of imported history is changed where it differs; lines that the file does not name
    stay. Stated sums are kept, `line_gap` says by how much they miss the lines. The same rows again change nothing.
    About ten statements for any number of orders. Raises NotAllowed, OrderOfOurOwn.
    """
    policy.require(by, "sales.import_history")
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.key, []).append(entry)
    known = SalesOrder.objects.in_bulk({rows[0].record_id for rows in groups.values() if rows[0].record_id})
    for order in known.values():
        if order.origin != Origin.IMPORTED:
            raise OrderOfOurOwn(number=order.number)
    lines = _known_lines(known)
    heads = [_head(rows, known, lines, by) for rows in groups.values()]
    fresh, old = [one for one in heads if one.pk is None], [one for one in heads if one.pk is not None]
    grant(SalesOrder, fresh, by=by)
    grant(SalesOrder, old, by=by)
    wishes, counts = _line_wishes(groups, heads, lines)
    for part in ([one for one in wishes if one.pk is None], [one for one in wishes if one.pk is not None]):
        grant(OrderLine, part, by=by)
    return _told(groups, heads, wishes, counts)


def _known_lines(known: dict[int, SalesOrder]) -> dict[int, dict[int, tuple[int, Decimal]]]:
    """By order and position: the line's key and net amount."""
    found: dict[int, dict[int, tuple[int, Decimal]]] = {}
    rows = OrderLine.objects.filter(order__in=known).values_list("order_id", "position", "pk", "net_amount")
    for order_id, position, pk, net in rows if known else ():
        found.setdefault(order_id, {})[position] = (pk, net)
    return found


def position_of(entry: Entry, place: int) -> int:
    """The line's position: as the file says, else its place among the rows of its order."""
    return int(entry.values.get("position") or place)


def net_of(values: dict[str, Any]) -> Decimal:
    """The net of a line: as stated, else quantity × price less discount, six places."""
    stated = values.get("line_net")
    if stated is not None:
        return Decimal(stated)
    discount = 1 - values.get("discount_pct", NOTHING) / 100
    return (values["qty"] * values["unit_price"] * discount).quantize(UNIT)


def _head(
    rows: Sequence[Entry],
    known: dict[int, SalesOrder],
    lines: dict[int, dict[int, tuple[int, Decimal]]],
    by: Actor,
) -> Wish:
    merged: dict[str, Any] = {}
    for entry in rows:  # the first row that says something counts
        merged = {**entry.values, **merged}
    plain, own = own_fields.split(merged)
    values = {name: plain[name] for name in HEADER if name in plain}
    order = known.get(rows[0].record_id or 0)
    if own:
        values["custom"] = own
    if "legal_entity_id" in plain:
        values |= {"legal_entity_id": plain["legal_entity_id"], "client_id": plain["client_id"]}
    if order is None:
        branch = Branch.objects.select_related("organization").get(pk=plain["branch_id"])
        values |= {"branch_id": branch.pk, "organization_id": branch.organization_id, "origin": Origin.IMPORTED}
        values.setdefault("currency_id", branch.organization.currency_id)
        values.setdefault("owner_id", by.pk)
    status = plain.get("status", order.status if order else OrderStatus.DONE)
    values["status"] = status
    if "ordered_at" in values:
        values["confirmed_at"] = values["ordered_at"] if status != OrderStatus.CANCELLED else None
        if order is None and status == OrderStatus.DONE:
            values.setdefault("done_at", values["ordered_at"])
    values |= _sums(rows, plain, order, lines)
    return Wish(values, order.pk if order else None, rows[0].line)


def _sums(
    rows: Sequence[Entry],
    plain: dict[str, Any],
    order: SalesOrder | None,
    lines: dict[int, dict[int, tuple[int, Decimal]]],
) -> dict[str, Decimal]:
    nets = {position: net for position, (_pk, net) in lines.get(order.pk, {}).items()} if order else {}
    nets |= {position_of(entry, place): net_of(entry.values) for place, entry in enumerate(rows, start=1)}
    total = sum(nets.values(), NOTHING)
    rates = [net_of(entry.values) * entry.values.get("tax_percent", NOTHING) / 100 for entry in rows]
    net = plain.get("net_amount", total).quantize(EXACT)
    tax = plain.get("tax_amount", sum(rates, NOTHING)).quantize(EXACT)
    freight = plain.get("freight_amount", order.freight_amount if order else NOTHING).quantize(EXACT)
    return {
        "net_amount": net, "tax_amount": tax, "freight_amount": freight, "gross_amount": net + tax + freight,
        "line_gap": (net - total).quantize(EXACT),
    }  # fmt: skip


def _line_wishes(
    groups: dict[str, list[Entry]], heads: Sequence[Wish], lines: dict[int, dict[int, tuple[int, Decimal]]]
) -> tuple[list[Wish], dict[int, int]]:
    wishes, counts = [], dict[int, int]()
    for rows, head in zip(groups.values(), heads, strict=True):
        order_id = head.done.pk if head.done else 0
        there = lines.get(order_id, {})
        is_done = head.values["status"] == OrderStatus.DONE
        for place, entry in enumerate(rows, start=1):
            position, qty = position_of(entry, place), entry.values["qty"]
            values = {
                "item_id": entry.values["item_id"], "qty": qty, "unit_price": entry.values["unit_price"],
                "discount_pct": entry.values.get("discount_pct", NOTHING), "net_amount": net_of(entry.values),
                "tax_percent": entry.values.get("tax_percent", NOTHING), "text": entry.values.get("text", ""),
                "shipped_qty": qty if is_done else NOTHING, "invoiced_qty": qty if is_done else NOTHING,
            }  # fmt: skip
            pk = there[position][0] if position in there else None
            if pk is None:
                values |= {"order_id": order_id, "position": position}
            wishes.append(Wish(values, pk, entry.line))
        counts[order_id] = len(there) + sum(1 for wish in wishes[-len(rows) :] if wish.pk is None)
    return wishes, counts


def _told(
    groups: dict[str, list[Entry]], heads: Sequence[Wish], wishes: Sequence[Wish], counts: dict[int, int]
) -> list[Written]:
    """Each row is told by its order; changed and added lines of known orders are told by themselves as well."""
    lines = {wish.line: wish.done for wish in wishes if wish.done is not None}
    written: list[Written] = []
    own: list[Written] = []
    for rows, head in zip(groups.values(), heads, strict=True):
        if head.done is None:
            continue
        first = head.done.written(rows[0].line, SalesOrder, parts=counts[head.done.pk])
        touched = [entry.line for entry in rows if lines[entry.line].kind != SAME]
        if head.pk is not None and touched:
            own += [lines[line].written(line, OrderLine, own=False) for line in touched]
            first = Written(first.line, SalesOrder, first.record_id, CHANGED, first.before, first.version, first.parts)
        written.append(first)
        # The other rows of the order count as it does, but leave no change of their own.
        written += [Written(entry.line, SalesOrder, 0, first.kind) for entry in rows[1:]]
    return [*written, *own]
