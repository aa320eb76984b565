"""The funnel from the history of stages: of all deals opened in the period, and month by month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui.charts import Chart, Series, as_asked
from core.ui.periods import month_of
from core.ui.tables import Kind
from reports.dashboard.drawings import funnel_chart
from reports.dashboard.frame import way
from reports.definitions.deals import pipeline_of
from reports.selectors.cohorts import Cohort, cohorts
from reports.selectors.losses import losses
from reports.selectors.pipeline import StageLoad, loads
from reports.tables import Field, Table
from reports.views.tabled import TableScreen
from reports.words import count, percent
from sales.models import Pipeline, Stage
from sales.selectors.funnel import reach_of

MODES = (("cohort", gettext_lazy("How far they came")), ("stage", gettext_lazy("Where they stand")))


class Funnel(TableScreen):
    """`mode` cohort: from the history; stage: the open deals by their stage at the end of the period."""

    data_action = "sales.view_deal"
    template_name = "reports/funnel.html"
    file_name = "funnel"
    page = "funnel"
    default_period = ""

    @cached_property
    def mode(self) -> str:
        return "stage" if self.request.GET.get("mode") == "stage" else "cohort"

    @cached_property
    def pipelines(self) -> list[Pipeline]:
        return self.frame.pipelines

    @cached_property
    def pipeline(self) -> int | None:
        asked = self.request.GET.get("pipeline", "")
        return next((one.pk for one in self.pipelines if str(one.pk) == asked), None)

    @cached_property
    def params(self) -> Any:
        pipeline = self.pipeline or (self.pipelines[0].pk if self.pipelines else pipeline_of(self.frame.params))
        return replace(self.frame.params, pipeline_id=pipeline)

    @cached_property
    def loads(self) -> list[StageLoad]:
        return loads(self.params)

    @cached_property
    def cohorts(self) -> tuple[list[Stage], list[Cohort]]:
        return cohorts(self.params)

    def table(self) -> Table:
        return self._by_stage() if self.mode == "stage" else self._by_month()

    def _by_stage(self) -> Table:
        def to(code: str) -> Any:
            return lambda row: self.frame.way(code, stage=row.code, pipeline=self.pipeline)

        rows = self.loads
        return Table(
            [
                Field("stage", _("Stage"), get=lambda row: row.name, total=_("All")),
                Field("deals", _("Deals"), Kind.NUMBER, lambda row: row.deals, to("open_deals"),
                      total=sum(row.deals for row in rows)),
                Field("amount", _("Amount"), Kind.MONEY, lambda row: row.amount, to("open_amount"),
                      total=sum(row.amount for row in rows)),
                Field("weighted", _("Weighted"), Kind.MONEY, lambda row: row.weighted, to("open_weighted"),
                      total=sum(row.weighted for row in rows)),
            ],
            rows,
        )  # fmt: skip

    def _by_month(self) -> Table:
        stages, rows = self.cohorts
        days = {row.month: self._days(row) for row in rows}

        def reached(place: int) -> Any:
            return lambda row: row.reached[place]

        def behind(code: str) -> Any:
            return lambda row: way("deals_reached", *days[row.month], stage=code, pipeline=self.pipeline)

        def share(row: Cohort) -> Any:
            return row.reached[-1] * 100 / row.reached[0] if row.reached[0] else None

        fields = [Field("month", _("Opened in"), get=lambda row: formats.date_format(row.month, "F Y"), total=_("All"))]
        for place, stage in enumerate(stages):
            fields.append(
                Field(
                    stage.code, stage.name, Kind.NUMBER, reached(place), behind(stage.code),
                    total=sum(row.reached[place] for row in rows), on_phone=place in (0, len(stages) - 1),
                )
            )  # fmt: skip
        fields.append(Field("share", _("Won of opened"), Kind.PERCENT, share, on_phone=False))
        return Table(fields, rows)

    def _days(self, row: Cohort) -> tuple[date, date]:
        last = month_of(row.month).until or row.month
        return max(self.days.first, row.month), min(self.days.last, last)

    def chart(self) -> Chart | None:
        if self.mode == "cohort":
            stages, months = self.cohorts
            reached = [sum(month.reached[place] for month in months) for place in range(len(stages))]
            return funnel_chart(self.frame, pipeline_id=self.params.pipeline_id, stages=reach_of(stages, reached))
        rows = self.loads
        most = max((row for row in rows if row.amount), key=lambda row: row.amount, default=None)
        return Chart(
            "stages",
            _("Open deals by stage, %(currency)s") % {"currency": self.frame.currency},
            [row.name for row in rows],
            [
                Series(_("Amount"), [row.amount for row in rows]),
                Series(_("Weighted"), [row.weighted for row in rows], "bar", 2),
            ],
            _("Most money stands in %(stage)s.") % {"stage": most.name} if most else _("Nothing is open."),
            unit=self.frame.currency,
            links=[self.frame.way("open_amount", stage=row.code, pipeline=self.pipeline) for row in rows],
            label_head=_("Stage"),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chart = self.chart()
        lost = losses(self.params)
        whole = sum(row.deals for row in lost)
        return super().get_context_data(
            chart=as_asked(chart, self.request) if chart else None,
            mode=self.mode,
            modes=[(key, label, self.address(mode=key)) for key, label in MODES],
            pipelines=self.pipelines if len(self.pipelines) > 1 else [],
            pipeline=self.pipeline,
            losses=[(row, percent(Decimal(row.deals) * 100 / whole), count(row.deals)) for row in lost[:12]],
            **kwargs,
        )
