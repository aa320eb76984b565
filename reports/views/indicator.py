"""What is behind a figure: every record with its part, and the proof that the parts add up to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Sum
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core import policy
from core.models import User
from core.money import ZERO, cents, percent_of
from core.ui import amounts, cells, daywords, exports, views
from core.ui.tables import Column, Kind
from marketing.models import Campaign
from reports.errors import UnknownIndicator
from reports.indicators import Indicator, Params, Rows, indicator
from reports.records import Teller, Told, in_order
from reports.selectors.sides import SIDES
from reports.tables import as_file
from reports.views.base import ReportScreen
from reports.words import figure
from sales.models import Pipeline, Stage

PAGE = 50


class IndicatorPage(ReportScreen):
    """The records behind a figure, for the same reader, days, place and filters."""

    template_name = "reports/indicator.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not policy.allows(request.user, self.one.action):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def one(self) -> Indicator:
        try:
            return indicator(self.kwargs["code"])
        except UnknownIndicator:
            raise Http404 from None

    @cached_property
    def params(self) -> Params:
        """The filters of the address; a campaign one may not see is not there."""
        asked = self.request.GET
        campaign = _number(asked.get("campaign"))
        if campaign and not Campaign.objects.visible_to(self.user).filter(pk=campaign).exists():
            raise Http404
        if self.one.code.startswith("campaign_") and not campaign:
            raise Http404
        return replace(
            self.frame.params, pipeline_id=_number(asked.get("pipeline")), stage=asked.get("stage", "")[:40],
            only=_only(asked.dict()), campaign_id=campaign, owner_id=_number(asked.get("owner")),
            age=asked.get("age", "")[:10],
        )  # fmt: skip

    @cached_property
    def records(self) -> Sequence[Rows]:
        return self.one.records_for(self.params)

    @cached_property
    def sums(self) -> list[tuple[int, Decimal, Decimal]]:
        """Of each kind of record: how many, and their parts and wholes added up."""
        found = []
        for rows in self.records:
            asked: dict[str, Any] = {"n": Count("pk"), "parts": Sum("part")}
            if self.one.unit == "percent":
                asked["wholes"] = Sum("whole")
            row = rows.order_by().aggregate(**asked)
            found.append((row["n"], row["parts"] or ZERO, row.get("wholes") or ZERO))
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.GET.get("format") in (exports.CSV, exports.XLSX):
            if not views.may_export(self.user):
                return self.handle_no_permission()
            return as_file(f"figure-{self.one.code}", request.GET["format"], self.lines())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one, currency = self.one, self.frame.currency
        count = sum(n for n, _part, _whole in self.sums)
        part = sum((part for _n, part, _whole in self.sums), ZERO)
        whole = sum((whole for _n, _part, whole in self.sums), ZERO)
        value = one.value_for(self.params)
        total = percent_of(part, whole) if one.unit == "percent" else part
        of_nothing = one.unit == "percent" and not whole
        page = min(max(_number(self.request.GET.get("page")) or 1, 1), max(1, -(-count // PAGE)))
        shown = list(self.told(self.slice((page - 1) * PAGE, PAGE)))
        unit = "count" if self._counts() else "money"
        return super().get_context_data(
            one=one,
            value="–" if of_nothing else figure(value, one.unit, currency),
            total="–" if of_nothing else figure(total, one.unit, currency),
            agrees=cents(value) == cents(total),
            part_total=figure(part, unit, currency),
            whole_total=figure(whole, unit, currency) if one.unit == "percent" else "",
            part_label=one.part_label or one.label,
            is_ratio=one.unit == "percent",
            rows=[(row, _day(row.at), self._write(row.part, unit), self._write(row.whole, unit)) for row in shown],
            count=count,
            first_row=(page - 1) * PAGE + 1 if count else 0,
            last_row=(page - 1) * PAGE + len(shown),
            earlier=self.address(page=str(page - 1)) if page > 1 else "",
            later=self.address(page=str(page + 1)) if page * PAGE < count else "",
            chips=self.chips(),
            **kwargs,
        )

    def _counts(self) -> bool:
        """Are the parts numbers of records, or amounts?"""
        return self.one.unit == "count" or self.one.code in (
            "lead_conversion", "win_rate_count", "installed_on_time",
        )  # fmt: skip

    def _write(self, value: Decimal | None, unit: str) -> str:
        if value is None:
            return ""
        return amounts.home_money(value) if unit == "money" else str(int(value))

    def slice(self, start: int, count: int) -> Iterator[Any]:
        """Records from one place on, one kind after the other."""
        for rows, (n, _part, _whole) in zip(self.records, self.sums, strict=True):
            if start < n:
                taken = in_order(rows)[start : start + count]
                yield from taken
                count -= min(n - start, count)
                start = 0
            else:
                start -= n
            if count <= 0:
                return

    def told(self, records: Iterator[Any]) -> Iterator[Told]:
        return Teller(self.user).tell(records)

    def lines(self) -> Iterator[list[Any]]:
        """All records as a file has them."""
        ratio = self.one.unit == "percent"
        label = str(self.one.part_label or self.one.label)
        yield [_("Kind"), _("Record"), _("Of"), _("Day"), label, *([_("Whole")] if ratio else [])]
        day, text = Column("at", "", Kind.DATE), exports.harmless
        for rows in self.records:
            for row in self.told(in_order(rows).iterator(chunk_size=exports.CHUNK)):
                whole = [row.whole] if ratio else []
                yield [row.kind, text(row.name), text(row.of), cells.plain(day, row.at), row.part, *whole]

    def chips(self) -> list[tuple[str, str]]:
        """The filters in words."""
        params, found = self.params, []
        if params.owner_id:
            owner = User.objects.filter(pk=params.owner_id).first()
            found.append((_("Manager"), str(owner or "")))
        if params.stage:
            name = Stage.objects.filter(code=params.stage).values_list("name", flat=True).first()
            found.append((_("Stage"), name or params.stage))
        if params.pipeline_id:
            found.append((_("Pipeline"), str(Pipeline.objects.filter(pk=params.pipeline_id).first() or "")))
        if params.campaign_id:
            found.append((_("Campaign"), str(Campaign.objects.get(pk=params.campaign_id).name)))
        return found


def _only(asked: Mapping[str, Any]) -> tuple[tuple[str, int | None], ...]:
    """Which client, item and so on: `client=12`, or `source=none` for those without one."""
    return tuple(
        (code, _number(asked[code]))
        for code in SIDES
        if code in asked and code not in ("month", "owner") and (asked[code] == "none" or _number(asked[code]))
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


def _day(at: Any) -> str:
    """The day of a day or moment, in words."""
    if at is None:
        return ""
    return daywords.day(timezone.localtime(at).date() if isinstance(at, datetime) else at)
