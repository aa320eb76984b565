"""Looking a record up for a form field: the best twenty, as JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from core.search.selectors import matching
from core.ui.lists import RegisterView

OFFERED = 20


class ChoicesScreen(RegisterView):
    """GET `q`: records of the register that the user may see and that match."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        rows = self.visible()
        text = request.GET.get("q", "").strip()
        rows = matching(rows, text) if text else rows.order_by("-pk")
        found = [{"id": row.pk, "text": str(row), "more": self.register.second_line(row)} for row in rows[:OFFERED]]
        return JsonResponse({"results": found})
