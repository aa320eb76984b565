"""What all pages of debts by age have in common: the day, the grouping, the bucket."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.access import scope
from core.selectors.currency import home_currency
from core.ui.access import Guarded
from core.ui.periods import read_day
from finance.choices import InvoiceKind
from finance.selectors import aged
from finance.selectors.aged import AGES, CLIENT, ENTITY, AgedParty, OpenDebt


class Aged(Guarded, View):
    """What both pages and their parts have in common: the day, the grouping, the bucket, the words."""

    action: ClassVar[str | None] = "finance.view_invoice"
    kind: ClassVar[InvoiceKind] = InvoiceKind.INVOICE
    heading: ClassVar[str | Promise] = gettext_lazy("Receivables")
    owed: ClassVar[str | Promise] = gettext_lazy("Owed to us")
    slow: ClassVar[str | Promise] = gettext_lazy("Days to get paid")
    name: ClassVar[str] = "receivables"

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def on(self) -> date:
        return read_day(self.request.GET.get("on", ""), today=self.today) or self.today

    @property
    def is_day_wrong(self) -> bool:
        text = self.request.GET.get("on", "").strip()
        return bool(text) and read_day(text, today=self.today) is None

    @cached_property
    def by(self) -> str:
        return ENTITY if self.request.GET.get("by") == ENTITY else CLIENT

    @cached_property
    def age(self) -> int | None:
        asked = self.request.GET.get("age", "")
        return int(asked) if asked in {str(place) for place in range(len(AGES))} else None

    @cached_property
    def debts(self) -> list[OpenDebt]:
        return aged.open_debts(self.on, self.kind, user=self.user, chosen=scope.current(self.request))

    @cached_property
    def everybody(self) -> list[AgedParty]:
        return aged.by_party(self.debts, self.on, self.by)

    @cached_property
    def parties(self) -> list[AgedParty]:
        """Those that the address asks for."""
        words = self.request.GET.get("q", "").strip().casefold()
        rows = [party for party in self.everybody if words in party.name.casefold()]
        if self.age is not None:
            rows = [party for party in rows if party.amounts[self.age]]
            rows.sort(key=lambda party: -party.amounts[self.age or 0])
        return rows

    @cached_property
    def currency(self) -> str:
        """The base currency all debts are told in."""
        return home_currency()

    def address(self, **changes: Any) -> str:
        query = self.request.GET.copy()
        query.pop("page", None)
        for name, value in changes.items():
            query.pop(name, None)
            if value not in (None, ""):
                query[name] = str(value)
        return f"?{query.urlencode()}"
