"""The figures of the dashboard, read together: one statement for a subject serves the days and those before them.

Each figure is that of its indicator (`reports.definitions`); a test holds them against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from core import policy
from core.money import ZERO, percent_of
from crm.models import Lead
from reports.definitions import orders, people
from reports.definitions.deals import WON, pipeline_of
from reports.definitions.money import owed
from reports.indicators import Params, indicator
from reports.selectors.managers import ClosedDeals
from reports.selectors.margins import Margin, margins
from reports.selectors.period import bounds
from reports.selectors.pipeline import StageLoad, loads
from reports.selectors.plans import plans_of
from sales.choices import DealStatus, ShipmentStatus
from sales.models import Deal, Shipment, ShipmentLine, Stage
from sales.selectors.funnel import WinRate, way_of
from support.choices import VisitStatus
from support.models import InstallationVisit

NOW, BEFORE = "now", "before"


def _within(params: Params, moment: str) -> Q:
    """The days of the period, as a condition."""
    since, until = bounds(params.first, params.last, params.in_zone)
    return Q(**{f"{moment}__gte": since, f"{moment}__lt": until})


@dataclass(frozen=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def pct(self) -> Decimal:
        return percent_of(Decimal(self.part), Decimal(self.whole))


@dataclass(frozen=True)
class Target:
    person: int
    indicator: str
    month: date
    target: Decimal


class Figures:
    """What the tiles and tables show of the days (`NOW`) and of those they are compared with (`BEFORE`).

    Whoever asks has asked the policy before; what the reader may not see of a subject is left out here.
    """

    def __init__(self, params: Params, before: Params, until: date) -> None:
        self.params, self.until = params, until
        self.sides = {NOW: params, BEFORE: before}

    def value(self, code: str, side: str = NOW) -> Decimal:
        """The figure of an indicator."""
        read: dict[str, Callable[[], Decimal]] = {
            "won_amount": lambda: self.won(side)[1],
            "shipped_amount": lambda: self.shipped[side],
            "margin_pct": lambda: self.margin(side).pct,
            "win_rate_count": lambda: self.win_rate(side).by_count_pct,
            "win_rate_value": lambda: self.win_rate(side).by_value_pct,
            "lead_conversion": lambda: self.leads[side].pct,
            "installed_on_time": lambda: self.visits[side].pct,
            "open_weighted": lambda: sum((load.weighted for load in self.loads), ZERO),
            "receivables": lambda: sum((part for *_who, part in self.owed), ZERO),
            "overdue": lambda: sum(
                (part for *_who, due_on, part in self.owed if due_on and due_on < self.params.last), ZERO
            ),
            "late_tasks": lambda: Decimal(sum(self.late.values())),
        }
        return read[code]() if code in read else indicator(code).value_for(self.params)

    def _both(self, rows: QuerySet[Any], moment: str) -> tuple[QuerySet[Any], dict[str, Q]]:
        """Rows of either period, and how to tell them apart; the periods may overlap."""
        when = {side: _within(params, moment) for side, params in self.sides.items()}
        return rows.filter(when[NOW] | when[BEFORE]).order_by(), when

    @cached_property
    def closed(self) -> dict[str, list[ClosedDeals]]:
        """Deals won and lost by owner and pipeline."""
        deals = Deal.objects.filter(status__in=[DealStatus.WON, DealStatus.LOST])
        rows, when = self._both(self.params.ever.within(deals, "closed_at"), "closed_at")
        sums: dict[str, Any] = {}
        for side, days in when.items():
            for name, mine in (("won", WON), ("lost", ~WON)):
                sums[f"{side}_{name}"] = Count("pk", filter=days & mine)
                sums[f"{side}_{name}_amount"] = Sum("amount", filter=days & mine, default=ZERO)
        found: dict[str, list[ClosedDeals]] = {NOW: [], BEFORE: []}
        for row in rows.values("owner", "pipeline").annotate(**sums):
            for side, kept in found.items():
                won, lost = row[f"{side}_won"], row[f"{side}_lost"]
                if won or lost:
                    amounts = row[f"{side}_won_amount"], row[f"{side}_lost_amount"]
                    kept.append(ClosedDeals(row["owner"], row["pipeline"], won, lost, *amounts))
        return found

    def won(self, side: str = NOW) -> tuple[int, Decimal]:
        """How many deals were won in all pipelines, and their amount."""
        rows = self.closed[side]
        return sum(row.won for row in rows), sum((row.won_amount for row in rows), ZERO)

    def win_rate(self, side: str = NOW) -> WinRate:
        """Of the main pipeline."""
        main = pipeline_of(self.params)
        rows = [row for row in self.closed[side] if row.pipeline == main]
        return WinRate(
            sum(row.won for row in rows), sum(row.lost for row in rows),
            sum((row.won_amount for row in rows), ZERO), sum((row.lost_amount for row in rows), ZERO),
        )  # fmt: skip

    @cached_property
    def shipped(self) -> dict[str, Decimal]:
        sent = self.params.ever.within(Shipment.objects.exclude(status=ShipmentStatus.DRAFT), "shipped_at")
        lines = ShipmentLine.objects.filter(shipment__in=sent.order_by().values("pk"))
        rows, when = self._both(lines, "shipment__shipped_at")
        return rows.aggregate(**{side: Sum(orders.SHIPPED, filter=days, default=ZERO) for side, days in when.items()})

    @cached_property
    def leads(self) -> dict[str, Share]:
        """Leads that came in, and how many of them are deals by now."""
        rows, when = self._both(self.params.ever.within(Lead.objects.all(), "received_at"), "received_at")
        return self._shares(rows, when, Q(deal__isnull=False))

    @cached_property
    def leads_now(self) -> Share:
        """Those of the days themselves; where nothing else asks, nothing is read of the days before."""
        if "leads" in self.__dict__:
            return self.leads[NOW]
        rows = self.params.scope.within(Lead.objects.all(), "received_at")
        found = rows.order_by().aggregate(
            whole=Count("pk"), part=Count("deal__lead")
        )  # the leads of deals: an index says it
        return Share(found["part"], found["whole"])

    @cached_property
    def visits(self) -> dict[str, Share]:
        """Installations done, and how many of them on the day agreed."""
        done = InstallationVisit.objects.filter(status=VisitStatus.DONE).filter(people.AGREED)
        rows, when = self._both(
            self.params.ever.within(done, "done_at", organization="branch__organization"), "done_at"
        )
        return self._shares(rows, when, people.KEPT)

    @staticmethod
    def _shares(rows: QuerySet[Any], when: dict[str, Q], part: Q) -> dict[str, Share]:
        sums = {f"{side}_whole": Count("pk", filter=days) for side, days in when.items()}
        sums |= {f"{side}_part": Count("pk", filter=days & part) for side, days in when.items()}
        found = rows.aggregate(**sums)
        return {side: Share(found[f"{side}_part"], found[f"{side}_whole"]) for side in when}

    @cached_property
    def margins_by_owner(self) -> dict[int | None, Margin]:
        """Results of the orders finished in the days, as they stood at their end."""
        return margins(orders.finished(self.params), self.params.evening, by="owner")

    @cached_property
    def _margin_before(self) -> Margin:
        return orders.earned(self.sides[BEFORE])

    def margin(self, side: str = NOW) -> Margin:
        if side == BEFORE:
            return self._margin_before
        rows = self.margins_by_owner.values()
        return Margin(
            sum((one.revenue for one in rows), ZERO), sum((one.cost for one in rows), ZERO),
            sum(one.orders for one in rows),
        )  # fmt: skip

    @cached_property
    def late(self) -> dict[int | None, int]:
        """Late tasks by whose they are."""
        return dict(people.late_tasks(self.params).order_by().values_list("assignee").annotate(n=Count("pk")))

    @cached_property
    def owed(self) -> list[tuple[int, str, date | None, Decimal]]:
        """Client, name, due day and open part of the invoices open at the end of the days."""
        return list(owed(self.params).values_list("client", "client__name", "due_on", "part"))

    @cached_property
    def stages(self) -> list[Stage]:
        """The way of the main pipeline."""
        return way_of(pipeline_of(self.params))

    @cached_property
    def loads(self) -> list[StageLoad]:
        return loads(self.params, self.stages)

    @cached_property
    def targets(self) -> list[Target]:
        """The targets the reader may see, of the years that the days touch."""
        if not policy.allows(self.params.reader, "reports.view_kpiplan"):
            return []
        first, last = self.params.first.replace(month=1, day=1), self.until.replace(month=12, day=31)
        rows = plans_of(first, last, reader=self.params.reader).order_by().values_list("person", "indicator", "month")
        return [Target(*row) for row in rows.annotate(total=Sum("target"))]

    def targets_by_code(self) -> dict[str, Decimal]:
        """The targets of everybody for each indicator, in the months up to the end of the period."""
        return self._added(self._of_months(self.until), lambda one: one.indicator)

    def targets_by_person(self, code: str) -> dict[int, Decimal]:
        """Those of each person, in the months up to the last day looked at."""
        rows = [one for one in self._of_months(self.params.last) if one.indicator == code]
        return self._added(rows, lambda one: one.person)

    def targets_by_month(self, year: int, code: str) -> dict[int, Decimal]:
        rows = [one for one in self.targets if one.month.year == year and one.indicator == code]
        return self._added(rows, lambda one: one.month.month)

    def _of_months(self, until: date) -> list[Target]:
        return [one for one in self.targets if self.params.first.replace(day=1) <= one.month <= until]

    @staticmethod
    def _added(rows: list[Target], key: Callable[[Target], Any]) -> dict[Any, Decimal]:
        found: dict[Any, Decimal] = {}
        for one in rows:
            found[key(one)] = found.get(key(one), ZERO) + one.target
        return found
