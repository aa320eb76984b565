"""How the rows behind a figure are told: what each is called, whose it is, when it was, and where its card stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.ui import registers
from crm.models import Lead, Task
from finance.models import BankAccount, Invoice, Payment
from inventory.models import StockMove, ValueAdjustmentPart
from marketing.models import CampaignCost
from reports.indicators import Rows
from sales.models import Deal, OrderLine, SalesOrder, ShipmentLine, StageChange
from support.models import InstallationVisit


@dataclass(frozen=True)
class Telling:
    """Of one model: `card` is the record whose card is opened, `of` whom it is about, `at` its day or moment."""

    kind: str | Promise
    at: str
    joins: tuple[str, ...]
    card: Callable[[Any], Any]
    name: Callable[[Any], str]
    of: Callable[[Any], Any]
    amounts: tuple[str, ...] = ()


def _itself(record: Any) -> Any:
    return record


_TELLINGS: dict[type, Telling] = {
    Lead: Telling(_("Lead"), "received_at", ("owner",), _itself, str, lambda r: r.company or r.name),
    Deal: Telling(_("Deal"), "opened_at", ("client", "stage"), _itself, str, attrgetter("client")),
    StageChange: Telling(
        _("Deal"), "at", ("deal__client", "to_stage"), attrgetter("deal"), lambda r: str(r.deal),
        lambda r: r.deal.client,
    ),
    SalesOrder: Telling(_("Order"), "ordered_at", ("client",), _itself, str, attrgetter("client")),
    OrderLine: Telling(
        _("Order line"), "order__ordered_at", ("order__client", "item"), attrgetter("order"),
        lambda r: f"{r.order} · {r.item}", lambda r: r.order.client,
    ),
    ShipmentLine: Telling(
        _("Shipment"), "shipment__shipped_at", ("shipment__order__client", "order_line__item"), attrgetter("shipment"),
        lambda r: f"{r.shipment} · {r.order_line.item}", lambda r: r.shipment.order.client,
    ),
    Invoice: Telling(_("Invoice"), "issued_on", ("client",), _itself, str, attrgetter("client")),
    Payment: Telling(_("Payment"), "paid_on", ("client",), _itself, attrgetter("number"), attrgetter("client")),
    BankAccount: Telling(_("Opening balance"), "opened_on", (), _itself, str, lambda r: None),
    StockMove: Telling(
        _("Stock move"), "occurred_at", ("item",), _itself,
        lambda r: f"{r.get_kind_display()} {r.document}".strip(), attrgetter("item"),
    ),
    ValueAdjustmentPart: Telling(
        _("Value adjustment"), "adjustment__occurred_at", ("adjustment__layer__item",),
        lambda r: r.adjustment.layer.item, lambda r: str(r.adjustment), lambda r: r.adjustment.layer.item,
    ),
    CampaignCost: Telling(
        _("Campaign cost"), "spent_on", ("campaign",), attrgetter("campaign"), attrgetter("label"),
        attrgetter("campaign.name"),
    ),
    InstallationVisit: Telling(
        _("Visit"), "done_at", ("order__client",), _itself, str, lambda r: r.order.client
    ),
    Task: Telling(_("Task"), "due_at", ("assignee",), _itself, str, attrgetter("assignee")),
}  # fmt: skip


def telling(model: type) -> Telling:
    return _TELLINGS[model]


@dataclass(frozen=True)
class Told:
    """One row behind a figure."""

    kind: str
    name: str
    url: str
    of: str
    of_url: str
    at: date | datetime | None
    part: Decimal
    whole: Decimal | None


class Teller:
    """Tells rows for one reader: a link only where he may open the card."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self._may: dict[type, registers.Register | None] = {}

    def tell(self, records: Iterable[Any]) -> Iterator[Told]:
        for record in records:
            how = telling(type(record))
            of = how.of(record)
            yield Told(
                kind=str(how.kind),
                name=how.name(record) or str(how.kind),
                url=self.url_of(how.card(record)),
                of="" if of is None else str(of),
                of_url="" if of is None or isinstance(of, str) else self.url_of(of),
                at=_follow(record, how.at),
                part=record.part,
                whole=getattr(record, "whole", None),
            )

    def url_of(self, record: Any) -> str:
        """The card, where there is one; whether he may see this very record, the card says itself."""
        model = type(record)
        if model not in self._may:
            found = registers.of(model)
            sees = found is not None and policy.allows(self.reader, found.view_action)
            self._may[model] = found if sees else None
        register = self._may[model]
        return register.url_of(record) if register else ""


def in_order(rows: Rows) -> QuerySet[Any]:
    """The rows with what telling them needs, the newest first."""
    how = telling(rows.model)
    return rows.select_related(*how.joins).order_by(f"-{how.at}", "-pk")


def _follow(record: Any, path: str) -> Any:
    for part in path.split("__"):
        record = getattr(record, part, None)
    return record
