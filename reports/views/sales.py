"""Sales by anything, on two levels, against other days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from core.money import ZERO
from core.ui import registers
from core.ui.periods import month_of
from core.ui.tables import Kind
from reports.dashboard.frame import way
from reports.periods import in_words
from reports.selectors.margins import Margin, margins
from reports.selectors.period import Scope
from reports.selectors.sales import orders
from reports.selectors.sides import SIDES, Line, by_sides
from reports.tables import Field, Table
from reports.views.tabled import TableScreen


class Sales(TableScreen):
    """Net sales of the period, grouped as asked."""

    data_action = "sales.view_salesorder"
    template_name = "reports/sales.html"
    file_name = "sales"
    page = "sales"

    @cached_property
    def by(self) -> list[str]:
        """One or two sides; the client unless something else is asked for."""
        first = self.request.GET.get("by", "")
        first = first if first in SIDES else "client"
        then = self.request.GET.get("then", "")
        return [first, then] if then in SIDES and then != first else [first]

    @cached_property
    def scope(self) -> Scope:
        return self.frame.params.scope

    @cached_property
    def rows(self) -> list[Line]:
        found = by_sides(self.scope, self.by)
        return sorted(found, key=lambda line: line.keys) if self.by[0] == "month" else found

    @cached_property
    def past(self) -> dict[tuple[Any, ...], Decimal]:
        """The same groups in the other days; months meet their month of then."""
        first, _last = self.days.against(self.compare)
        found: dict[tuple[Any, ...], Decimal] = {}
        for line in by_sides(self.frame.before.scope, self.by):
            keys = tuple(_then(key, first, self.days.first) if isinstance(key, date) else key for key in line.keys)
            found[keys] = found.get(keys, ZERO) + line.net
        return found

    @cached_property
    def earned(self) -> dict[Any, Margin]:
        """Margins by the one side, for readers who may see them, where it is a side of whole orders."""
        path = SIDES[self.by[0]].of_order
        if len(self.by) > 1 or not path or not self.frame.sees("order_margin"):
            return {}
        return margins(orders(self.scope).filter(origin="own"), by=path)

    def table(self) -> Table:
        total = sum((line.net for line in self.rows), ZERO)
        fields = [self._named(place, code) for place, code in enumerate(self.by)]
        fields += [
            Field("orders", _("Orders"), Kind.NUMBER, lambda line: line.orders, on_phone=False),
        ]
        if "item" in self.by:
            fields.append(Field("units", _("Units"), Kind.QTY, lambda line: line.units, on_phone=False))
        fields += [
            Field("net", _("Net"), Kind.MONEY, lambda line: line.net, self._behind, total=total),
            Field(
                "share", _("Share"), Kind.PERCENT,
                lambda line: line.net * 100 / total if total else None, on_phone=False,
            ),
            Field(
                "past", in_words(*self.days.against(self.compare)), Kind.MONEY,
                lambda line: self.past.get(line.keys), total=sum(self.past.values(), ZERO), on_phone=False,
            ),
            Field("change", _("Change"), Kind.PERCENT, self._change, tone=self._tone, on_phone=False),
        ]  # fmt: skip
        if self.earned:
            fields.append(
                Field(
                    "margin", _("Margin so far"), Kind.MONEY,
                    lambda line: self.earned[line.keys[0]].amount if line.keys[0] in self.earned else None,
                    total=sum((one.amount for one in self.earned.values()), ZERO), on_phone=False,
                )
            )  # fmt: skip
        return Table(fields, self.rows)

    def _named(self, place: int, code: str) -> Field:
        side = SIDES[code]
        register = registers.by_key(side.card) if side.card else None
        seen = register is not None and self.frame.may(register.view_action)

        def name(line: Line) -> Any:
            value = line.names[place]
            return formats.date_format(value, "F Y") if isinstance(value, date) else value or _("without one")

        def card(line: Line) -> str:
            return register.url("card", line.keys[place]) if register and seen and line.keys[place] else ""

        return Field(code, side.label, get=name, url=card, total=_("All") if place == 0 else "")

    def _behind(self, line: Line) -> str:
        """The order lines of a group."""
        first, last, asked = self.days.first, self.days.last, {}
        for code, key in zip(self.by, line.keys, strict=True):
            if code == "month":
                first, last = max(first, key), min(last, _month_end(key))
            else:
                asked[code] = key if key is not None else "none"
        return way("sales", first, last, **asked)

    def _change(self, line: Line) -> Decimal | None:
        past = self.past.get(line.keys)
        return (line.net - past) * 100 / past if past else None

    def _tone(self, line: Line) -> str:
        change = self._change(line)
        return "" if change is None or not change else "ok" if change > 0 else "bad"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sides = [(code, side.label) for code, side in SIDES.items()]
        return super().get_context_data(
            sides=sides, first_side=self.by[0], second_side=self.by[1] if len(self.by) > 1 else "", **kwargs
        )


def _month_end(day: date) -> date:
    return month_of(day).until or day


def _then(key: date, past_first: date, first: date) -> date:
    """A month of the other days, moved to where it stands in these."""
    shift = (first.year - past_first.year) * 12 + first.month - past_first.month
    number = key.year * 12 + key.month - 1 + shift
    return date(number // 12, number % 12 + 1, 1)
