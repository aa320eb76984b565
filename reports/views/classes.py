"""ABC and XYZ with their parameters, and which items changed their class since the days before."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import ZERO
from core.ui import registers
from core.ui.amounts import number
from core.ui.tables import Kind
from reports.dashboard.frame import way
from reports.selectors import abc, xyz
from reports.selectors.matrix import Classified, Parameters, classify, sold_items
from reports.tables import Field, Table
from reports.views.tabled import TableScreen
from reports.words import count

HUNDRED = Decimal(100)
TONES = {"A": "ok", "B": "warn", "C": "", "X": "ok", "Y": "warn", "Z": "bad"}


class Classes(TableScreen):
    """What ABC and XYZ share: the items sold in the days, classified by the parameters of the address."""

    data_action = "sales.view_salesorder"
    default_period = gettext_lazy("this year")  # type: ignore[assignment]
    letters = "ABC"

    def limit(self, name: str, otherwise: Decimal, most: Decimal = HUNDRED) -> Decimal:
        try:
            value = Decimal(self.request.GET.get(name, "").replace(",", "."))
        except InvalidOperation:
            return otherwise
        return value if value.is_finite() and 0 <= value <= most else otherwise

    @cached_property
    def how(self) -> Parameters:
        a, b = self.limit("a", abc.A_LIMIT), self.limit("b", abc.B_LIMIT)
        x, y = self.limit("x", xyz.X_LIMIT, Decimal(1000)), self.limit("y", xyz.Y_LIMIT, Decimal(1000))
        return Parameters(
            *((a, b) if a <= b else (abc.A_LIMIT, abc.B_LIMIT)),
            self.request.GET.get("share") != "before",
            *((x, y) if x <= y else (xyz.X_LIMIT, xyz.Y_LIMIT)),
            self.request.GET.get("formula") == "sample",
        )

    @cached_property
    def cell(self) -> str:
        asked = self.request.GET.get("cell", "").upper()
        return asked if len(asked) == 2 and asked[0] in "ABC" and asked[1] in "XYZ" else ""

    @cached_property
    def everything(self) -> list[Classified]:
        return classify(sold_items(self.frame.params.scope), self.how)

    @cached_property
    def before(self) -> dict[int, Classified]:
        """The same items in the days they are compared with."""
        found = classify(sold_items(self.frame.before.scope), self.how)
        return {row.sold.item_id: row for row in found}

    @property
    def shown(self) -> list[Classified]:
        return [row for row in self.everything if not self.cell or row.cell == self.cell]

    def letter(self, row: Classified) -> str:
        raise NotImplementedError

    def was(self, row: Classified) -> str:
        """The class of the days before; empty for what was not sold then."""
        past = self.before.get(row.sold.item_id)
        return self.letter(past) if past else ""

    def moved(self, row: Classified) -> str:
        was = self.was(row)
        if not was:
            return _("new")
        return "" if was == self.letter(row) else f"{was} → {self.letter(row)}"

    def named(self) -> list[Field]:
        register = registers.by_key("inventory.item")
        seen = self.frame.may(register.view_action)
        return [
            Field(
                "name", _("Item"), get=lambda row: row.sold.name,
                url=lambda row: register.url("card", row.sold.item_id) if seen else "", total=_("All"),
            ),
            Field("sku", _("Number"), get=lambda row: row.sold.sku, on_phone=False, total=""),
        ]  # fmt: skip

    def moves(self) -> list[Field]:
        return [
            Field("class", _("Class"), get=self.letter, tone=lambda row: TONES[self.letter(row)]),
            Field("move", _("Since before"), get=self.moved, on_phone=False),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = []
        for letter in self.letters:
            rows = [row for row in self.shown if self.letter(row) == letter]
            revenue = sum((row.sold.revenue for row in rows), ZERO)
            groups.append((letter, TONES[letter], _items(len(rows)), revenue, self.meaning(letter)))
        moved = sum(bool(was := self.was(row)) and was != self.letter(row) for row in self.shown)
        sold = {row.sold.item_id for row in self.everything}
        gone = sum(item not in sold for item in self.before)
        return super().get_context_data(
            how=self.how,
            cell=self.cell,
            groups=groups,
            without_cell=self.address(cell=""),
            currency=self.frame.currency,
            moved=ngettext("%(count)s item changed its class", "%(count)s items changed their class", moved)
            % {"count": count(moved)},
            gone=ngettext("%(count)s item of before was not sold", "%(count)s items of before were not sold", gone)
            % {"count": count(gone)},
            **kwargs,
        )

    def meaning(self, letter: str) -> str:
        raise NotImplementedError


class Abc(Classes):
    """Items by what they brought: the few that bring most are A."""

    template_name = "reports/abc.html"
    file_name, page, letters = "abc", "abc", "ABC"

    def letter(self, row: Classified) -> str:
        return row.abc.letter

    def table(self) -> Table:
        rows = self.shown
        return Table(
            [
                *self.named(),
                Field("revenue", _("Net"), Kind.MONEY, lambda row: row.sold.revenue, self._behind,
                      total=sum((row.sold.revenue for row in rows), ZERO)),
                Field("share", _("Share"), Kind.PERCENT, lambda row: row.abc.share_pct, on_phone=False),
                Field("cumulated", _("Cumulated"), Kind.PERCENT, lambda row: row.abc.cumulated_pct, on_phone=False),
                *self.moves(),
                Field("xyz", "XYZ", get=lambda row: row.xyz.letter, on_phone=False),
            ],
            rows,
        )  # fmt: skip

    def _behind(self, row: Classified) -> str:
        return way("sales", self.days.first, self.days.last, item=row.sold.item_id)

    def meaning(self, letter: str) -> str:
        if letter == "C":
            return _("the rest")
        words = {"limit": self.how.a_limit if letter == "A" else self.how.b_limit}
        if self.how.including:
            return _("share with the item up to %(limit)s %%") % words
        return _("share before the item under %(limit)s %%") % words


class Xyz(Classes):
    """Items by how steadily they are sold: the coefficient of variation of their units per month."""

    template_name = "reports/xyz.html"
    file_name, page, letters = "xyz", "xyz", "XYZ"

    @cached_property
    def everything(self) -> list[Classified]:
        found = super().everything
        return sorted(found, key=lambda row: (row.xyz.cv_pct is None, row.xyz.cv_pct or ZERO, row.sold.name))

    def letter(self, row: Classified) -> str:
        return row.xyz.letter

    def table(self) -> Table:
        return Table(
            [
                *self.named(),
                Field("mean", _("Units per month"), Kind.QTY, lambda row: row.xyz.mean.quantize(Decimal("0.01"))),
                Field("months", _("Month by month"), get=_series, on_phone=False),
                Field("cv", _("Variation"), Kind.PERCENT, lambda row: row.xyz.exact_pct),
                *self.moves(),
                Field("abc", "ABC", get=lambda row: row.abc.letter, on_phone=False),
            ],
            self.shown,
        )

    def meaning(self, letter: str) -> str:
        if letter == "Z":
            return _("more, or nothing sold")
        limit = self.how.x_limit if letter == "X" else self.how.y_limit
        return _("variation up to %(limit)s %%") % {"limit": limit}


def _items(number: int) -> str:
    return ngettext("%(count)s item", "%(count)s items", number) % {"count": count(number)}


def _series(row: Classified) -> str:
    return " · ".join(number(units) for units in row.sold.units)
