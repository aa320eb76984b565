"""One chart of each kind, with figures made up."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.ui.charts import Chart, Mark, Series, as_asked

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def samples(request: HttpRequest) -> list[Chart]:
    """A funnel, bars against plan and past, and a stock that runs below its safety level."""
    fact = [402, 388, 451, 470, 502, 531, 412, 398, 515, 548, 312, None]
    plan = [400, 400, 440, 460, 480, 500, 420, 400, 500, 520, 520, 480]
    past = [351, 362, 398, 421, 430, 467, 377, 361, 442, 470, 489, 451]
    steps = [_("Requests"), _("Measured"), _("Quote sent"), _("Negotiation"), _("Won")]
    made = [
        Chart(
            "funnel",
            _("Funnel, requests of the last 90 days"),
            steps,
            [Series(_("Reached"), [186, 128, 97, 58, 50])],
            _("Of 186 requests 50 were won; most are lost before they are measured."),
            kind="funnel",
            notes=("€2.31m", "69 %", "76 %", "60 %", "86 %"),
            links=[request.path] * 5,
            label_head=_("Step"),
        ),
        Chart(
            "plan",
            _("Plan and fact by month, thousands of euros"),
            MONTHS,
            [
                Series(_("Fact"), fact, faint=frozenset({10})),
                Series(_("Plan"), plan, "step", 2),
                Series(_("Last year"), past, "past", 6),
            ],
            _("Fact is over plan in seven of ten finished months."),
            links=[request.path] * 12,
            label_head=_("Month"),
        ),
        Chart(
            "stock",
            _("Stock ahead, pieces"),
            [str(day) for day in range(1, 15)],
            [Series(_("Stock"), [40, 38, 31, 31, 22, 15, 12, 4, -3, -9, 20, 18, 11, 6], "area")],
            _("The stock runs out on day 9."),
            marks=[Mark(_("Safety stock"), 10)],
            label_head=_("Day"),
            height=160,
        ),
    ]
    return [as_asked(chart, request) for chart in made]
