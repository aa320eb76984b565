"""Sales by anything: client, item, category, manager, branch, month or source, on two levels and against other days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.money import ZERO
from reports.selectors import sales
from reports.selectors.period import Scope
from sales.models import OrderLine

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Side:
    """How order lines are grouped: by a key, and what it is called; `card` is the register of its cards."""

    code: str
    label: str | Promise
    key: str
    name: str
    card: str = ""
    of_order: str = ""  # the same key seen from the order, where it is one of the order's


SIDES = {
    side.code: side
    for side in (
        Side("client", _("Client"), "order__client", "order__client__name", "crm.client", "client"),
        Side("item", _("Item"), "item", "item__name", "inventory.item"),
        Side("category", _("Category"), "item__category", "item__category__name"),
        Side("owner", _("Manager"), "order__owner", "", "", "owner"),
        Side("branch", _("Branch"), "order__branch", "order__branch__name", "", "branch"),
        Side("month", _("Month"), "month", "month"),
        Side("source", _("Source"), "order__deal__source", "order__deal__source__name", "", "deal__source"),
    )
}


@dataclass(frozen=True)
class Line:
    """One group: its keys and names by level, and its sums."""

    keys: tuple[Any, ...]
    names: tuple[Any, ...]
    net: Decimal
    units: Decimal
    orders: int


def lines_of(scope: Scope, only: Sequence[tuple[str, int | None]] = ()) -> QuerySet[OrderLine]:
    """Lines of the orders of a scope, of one client, item and so on (None: those without one)."""
    rows = sales.order_lines(scope)
    for code, key in only:
        path = SIDES[code].key
        rows = rows.filter(**{path: key}) if key is not None else rows.filter(**{f"{path}__isnull": True})
    return rows


def by_sides(scope: Scope, codes: Sequence[str]) -> list[Line]:
    """Net, units and orders along sides, the largest first (two statements, any number of lines)."""
    rows: QuerySet[Any] = lines_of(scope).order_by()
    if "month" in codes:
        rows = rows.annotate(month=TruncMonth("order__ordered_at", tzinfo=scope.zone))
    if "owner" in codes:
        rows = rows.annotate(first_name=F("order__owner__first_name"), last_name=F("order__owner__last_name"))
    keys = [SIDES[code].key for code in codes]
    names = [
        name for code in codes for name in (("first_name", "last_name") if code == "owner" else (SIDES[code].name,))
    ]
    grouped = rows.values_list(*dict.fromkeys([*keys, *names])).annotate(
        net=Sum("net_amount"), units=Sum("qty"), orders=Count("order", distinct=True)
    )
    columns = [*dict.fromkeys([*keys, *names]), "net", "units", "orders"]
    found = []
    for values in grouped:
        row = dict(zip(columns, values, strict=True))
        found.append(
            Line(
                keys=tuple(_plain(row[key]) for key in keys),
                names=tuple(_name(code, row) for code in codes),
                net=row["net"] or ZERO,
                units=row["units"] or NOTHING,
                orders=row["orders"],
            )
        )
    return sorted(found, key=lambda line: (-line.net, tuple(str(name) for name in line.names)))


def _plain(key: Any) -> Any:
    return key.date() if isinstance(key, datetime) else key


def _name(code: str, row: dict[str, Any]) -> str | date:
    if code == "owner":
        return f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
    if code == "month":
        return _plain(row["month"])  # type: ignore[no-any-return]
    return row[SIDES[code].name] or ""
