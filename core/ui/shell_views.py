"""Small pages of the shell: the choice of theme, and help."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.generic import TemplateView, View

from core.models import User
from core.ui.access import Guarded
from core.ui.shell import THEME_COOKIE, THEMES

SHOWN_HELPERS = 5


def safe_next(request: HttpRequest) -> str:
    """Where a form wants to go back to, when that is a page of ours; else the start page."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


class ChooseTheme(Guarded, View):
    """Fix the theme of this browser, or follow the system again. It is kept in a cookie for a year."""

    action = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = HttpResponseRedirect(safe_next(request))
        chosen = request.POST.get("theme", "")
        if chosen in THEMES[1:]:
            response.set_cookie(
                THEME_COOKIE, chosen, max_age=timedelta(days=365), samesite="Lax", secure=request.is_secure()
            )
        else:
            response.delete_cookie(THEME_COOKIE, samesite="Lax")
        return response


class Help(Guarded, TemplateView):
    """Keys, words, and whom to ask."""

    action = None
    template_name = "shell/help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        administrators = User.objects.filter(is_active=True, role_assignments__role__code="administrator")
        return super().get_context_data(helpers=administrators.order_by("pk")[:SHOWN_HELPERS], **kwargs)
