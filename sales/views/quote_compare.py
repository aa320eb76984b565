"""Two versions of a quote beside each other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from core.ui.records import RecordView
from sales.models import Quote
from sales.selectors.revisions import changes, other_revisions


class CompareQuote(RecordView):
    """This version against another one: `?with=` its id, else the one before it. No cost stands here."""

    @cached_property
    def others(self) -> list[Quote]:
        return other_revisions(self.record)

    @cached_property
    def other(self) -> Quote | None:
        asked = self.request.GET.get("with", "")
        named = next((one for one in self.others if str(one.pk) == asked), None)
        earlier = (one for one in self.others if one.revision < self.record.revision)
        return named or next(earlier, next(iter(self.others), None))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context: dict[str, Any] = {
            "record": self.record,
            "record_url": self.register.url_of(self.record),
            "list_url": self.register.url("list"),
            "others": self.others,
            "other": self.other,
            "currency": self.record.currency_id,
        }
        if self.other is not None:
            before, now = sorted((self.other, self.record), key=lambda one: one.revision)
            rows = changes(before, now)
            context |= {
                "before": before,
                "now": now,
                "rows": rows,
                "different": sum(1 for row in rows if row.kind != "same"),
                "difference": now.gross_amount - before.gross_amount,
            }
        return render(request, "sales/quote_compare.html", context)
