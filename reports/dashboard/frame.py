"""What a dashboard is asked about, and the ways into what is behind its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from core import policy
from core.access.scope import ALL, Scope
from core.models import Organization
from reports.dashboard.figures import Figures
from reports.indicators import Params, indicator
from reports.periods import Days
from reports.selectors.funnel import active_pipelines
from reports.selectors.period import zone_of
from sales.models import Pipeline


@dataclass(frozen=True)
class Frame:
    """The reader, the days, the place he works in, and what the days are compared with (`year` or `before`)."""

    user: Any
    days: Days
    today: date
    place: Scope = ALL
    compare: str = "year"

    @cached_property
    def params(self) -> Params:
        main = next(iter(self.pipelines), None)
        return Params(
            self.days.first, self.days.last, reader=self.user, place=self.place,
            in_zone=zone_of(row[2] for row in self._organizations), main_id=main.pk if main else None,
        )  # fmt: skip

    @cached_property
    def pipelines(self) -> list[Pipeline]:
        """The pipelines in use, the main one first."""
        return active_pipelines()

    @cached_property
    def before(self) -> Params:
        """The days it is compared with."""
        first, last = self.days.against(self.compare)
        return replace(self.params, first=first, last=last)

    @cached_property
    def currency(self) -> str:
        """The base currency of the legal entity worked in, else of the first one."""
        here = self.place.organization_id
        return next((code for pk, code, _zone in self._organizations if here in (None, pk)), "EUR")

    @cached_property
    def _organizations(self) -> list[tuple[int, str, str]]:
        """Key, base currency and time zone of the legal entities (one statement)."""
        return list(Organization.objects.order_by("pk").values_list("pk", "currency", "time_zone"))

    @cached_property
    def figures(self) -> Figures:
        """What tiles and tables have in common, read once."""
        return Figures(self.params, self.before, self.days.until)

    def sees(self, code: str) -> bool:
        return indicator(code).is_for(self.user)

    def may(self, action: str) -> bool:
        return policy.allows(self.user, action)

    def way(self, code: str, **more: Any) -> str:
        """The page with the records behind a figure."""
        return way(code, self.days.first, self.days.last, **more)


def way(code: str, first: date, last: date, **more: Any) -> str:
    asked = {"since": first.isoformat(), "until": last.isoformat(), **{k: v for k, v in more.items() if v}}
    return f"{_address(code)}?{urlencode(asked)}"


@cache
def _address(code: str) -> str:
    return reverse("reports:indicator", args=[code])
