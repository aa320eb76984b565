"""Items found while typing in the table of lines."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from core.ui.access import Guarded
from sales.views.lines import found_items

NAME = re.compile(r"[a-z-]{1,30}")
PATH = re.compile(r"/[a-z0-9/_-]{0,200}")


class FoundItems(Guarded, View):
    """GET `search`: buttons that put one of the found items into the form named in the request."""

    action = "sales.draft_quote"

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("search", "").strip()
        target, form, here = (request.GET.get(name, "") for name in ("target", "form", "here"))
        if not (NAME.fullmatch(target) and NAME.fullmatch(form) and PATH.fullmatch(here)):
            text = ""
        found = found_items(text, request.user) if len(text) > 1 else []
        context = {
            "found": found,
            "asked": text if len(text) > 1 else "",
            "target": target,
            "form_id": form,
            "here": here,
        }
        return render(request, "sales/_found_items.html", context)
