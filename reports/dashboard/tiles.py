"""The key numbers: each with its comparison in words, and with a plan where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import percent_of
from core.ui.amounts import exact_money
from reports.dashboard.figures import BEFORE, NOW
from reports.dashboard.frame import Frame
from reports.indicators import indicator
from reports.words import count, money, percent


@dataclass(frozen=True)
class Tile:
    """One key number. `at` is where on the bar of the plan one should be by now, `share` where one is."""

    code: str
    label: str | Promise
    value: str
    exact: str
    url: str
    note: str = ""
    tone: str = ""
    icon: str = ""
    help: str | Promise = ""
    share: Decimal | None = None
    at: Decimal | None = None


# Code, whether more is better, and what stands on the tile where the name of the figure is too long for it.
OF_PERIOD = (
    ("won_amount", True, ""),
    ("shipped_amount", True, ""),
    ("margin_pct", True, gettext_lazy("Gross margin")),
    ("win_rate_count", True, gettext_lazy("Win rate")),
    ("lead_conversion", True, gettext_lazy("Leads converted")),
    ("installed_on_time", True, gettext_lazy("Installed on time")),
)
AS_OF = (
    ("open_weighted", gettext_lazy("Pipeline, weighted")),
    ("receivables", gettext_lazy("Receivables")),
    ("overdue", gettext_lazy("Overdue")),
    ("cash", gettext_lazy("Cash")),
    ("stock_value", gettext_lazy("Stock value")),
    ("late_tasks", gettext_lazy("Late tasks")),
)


NOTHING_YET = "–"


class Tiles:
    """All tiles this reader may see."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    @cached_property
    def targets(self) -> dict[str, Decimal]:
        return self.frame.figures.targets_by_code()

    def of_period(self) -> list[Tile]:
        return [self._of_period(code, up, label) for code, up, label in OF_PERIOD if self.frame.sees(code)]

    def as_of(self) -> list[Tile]:
        return [self._as_of(code, label) for code, label in AS_OF if self.frame.sees(code)]

    def _of_period(self, code: str, more_is_better: bool, label: str | Promise) -> Tile:
        one, frame = indicator(code), self.frame
        value = frame.figures.value(code)
        target = self.targets.get(code)
        share = at = None
        if target:
            share, at = percent_of(value, target), frame.days.aim
            note, tone, icon = self._against_plan(share, at)
        else:
            note, tone, icon = self._against_past(value, frame.figures.value(code, BEFORE), one.unit, more_is_better)
        told = self._counted(code)
        shown = self._text(value, one.unit) if self._has_whole(code) else NOTHING_YET
        return Tile(
            code, label or one.label, shown, self._exact(value, one.unit), frame.way(code),
            f"{note} · {told}" if told and note else note or told, tone, icon, one.help, share, at,
        )  # fmt: skip

    def _as_of(self, code: str, label: str | Promise) -> Tile:
        one, frame = indicator(code), self.frame
        value = frame.figures.value(code)
        bad = code in ("overdue", "late_tasks") and value > 0
        return Tile(
            code, label, self._text(value, one.unit), self._exact(value, one.unit), frame.way(code),
            tone="bad" if bad else "", icon="alert-triangle" if bad else "", help=one.help,
        )  # fmt: skip

    def _has_whole(self, code: str) -> bool:
        """Is there anything a percentage could be of? Without finished orders a margin is not zero but unknown."""
        figures = self.frame.figures
        if code == "margin_pct":
            return bool(figures.margin().revenue)
        wholes = {"lead_conversion": "leads", "installed_on_time": "visits"}
        return code not in wholes or bool(getattr(figures, wholes[code])[NOW].whole)

    def _counted(self, code: str) -> str:
        """What a percentage is made of: 3 of 5; for the win rate, the rate by value."""
        figures = self.frame.figures
        if code == "win_rate_count":
            return _("%(percent)s by value") % {"percent": percent(figures.value("win_rate_value"), 2)}
        if code in ("lead_conversion", "installed_on_time"):
            share = (figures.leads if code == "lead_conversion" else figures.visits)[NOW]
            return _("%(part)s of %(whole)s") % {"part": share.part, "whole": share.whole}
        if code == "won_amount":
            number, _amount = figures.won()
            return ngettext("%(number)s deal", "%(number)s deals", number) % {"number": count(number)}
        return ""

    def _against_plan(self, share: Decimal, aim: Decimal) -> tuple[str, str, str]:
        words = {"share": percent(share, 0), "aim": percent(aim, 0)}
        text = _("%(share)s of plan") % words if aim >= 100 else _("%(share)s of plan, aim %(aim)s") % words
        if share >= aim:
            return text, "ok", "trending-up"
        return text, "bad" if share < aim * Decimal("0.9") else "warn", "trending-down"

    def _against_past(self, value: Decimal, past: Decimal, unit: str, more_is_better: bool) -> tuple[str, str, str]:
        """The difference to the other days, coloured by good or bad."""
        by_year = self.frame.compare == "year"
        if not past:
            return (_("nothing last year") if by_year else _("nothing before")) if value else "", "", ""
        if unit == "percent":
            gap, shown = value - past, percent(abs(value - past)).replace("%", "").strip()
            over = _("%(gap)s points over last year") if by_year else _("%(gap)s points over before")
            under = _("%(gap)s points under last year") if by_year else _("%(gap)s points under before")
        else:
            gap = (value - past) * 100 / past
            shown = percent(abs(gap), 0)
            over = _("%(gap)s over last year") if by_year else _("%(gap)s over before")
            under = _("%(gap)s under last year") if by_year else _("%(gap)s under before")
        if not gap:
            return _("as last year") if by_year else _("as before"), "", "arrow-right"
        tone = "ok" if (gap > 0) == more_is_better else "warn"
        return (over if gap > 0 else under) % {"gap": shown}, tone, "trending-up" if gap > 0 else "trending-down"

    def _text(self, value: Decimal, unit: str) -> str:
        if unit == "percent":
            return percent(value)
        return money(value, self.frame.currency) if unit == "money" else count(value)

    def _exact(self, value: Decimal, unit: str) -> str:
        if unit == "percent":
            return percent(value, 2)
        return exact_money(value, self.frame.currency) if unit == "money" else count(value)
