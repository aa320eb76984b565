"""The search page and the results inside the palette."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from core.search import kinds
from core.search.results import ON_PAGE, results_for
from core.search.selectors import PER_KIND
from core.ui.access import Guarded


class Search(Guarded, View):
    """Everything a text finds. `part=palette` answers with the few lines of the palette; `kind` narrows the page."""

    action: ClassVar[str | None] = None

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "")
        if request.GET.get("part") == "palette":
            found = results_for(self.user, text, on=request.GET.get("on", ""))
            return render(request, "search/_results.html", {"found": found})
        only = request.GET.get("kind", "")
        only = only if only in {kind.key for kind in kinds.everything()} else ""
        found = results_for(self.user, text, only=only, limit=ON_PAGE)
        context = {
            "found": found,
            "only": kinds.by_key(only) if only else None,
            "is_full": len(found.lines) >= ON_PAGE,
            "few": PER_KIND,
        }
        return render(request, "search/page.html", context)

    @property
    def user(self) -> Any:
        return self.request.user
