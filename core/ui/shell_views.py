"""Small pages of the shell: the choice of theme and language, help, and the wish for access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.errors import InvalidValue
from core.models import User
from core.notices.services import notify
from core.services.users import choose_language
from core.ui import helpsteps
from core.ui.access import Guarded, Open
from core.ui.shell import THEME_COOKIE, THEMES
from core.ui.toasts import toast

SHOWN_HELPERS = 5
PAGE_LENGTH, WHY_LENGTH = 120, 300


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


class ChooseLanguage(Guarded, View):
    """The language of one's pages and mails. A cookie keeps it for the page to sign in at, for a year."""

    action = None
    closed_while_acting = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        response = HttpResponseRedirect(safe_next(request))
        try:
            chosen = choose_language(language=request.POST.get("language", ""), by=user).language
        except InvalidValue as refused:
            toast(request, str(refused), level="bad")
            return response
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=timedelta(days=365),
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
        return response


class SignInLanguage(Open, View):
    """The language of the pages before a sign-in, kept in a cookie for a year."""

    why_open = "people choose the language in which they sign in"

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    def post(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect(reverse("account_login"))
        chosen = request.POST.get("language", "")
        if chosen in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=timedelta(days=365),
                samesite="Lax",
                secure=request.is_secure(),
                httponly=True,
            )
        return response


class AskAccess(Guarded, View):
    """Tell the administrators that somebody needs a page; the same wish is told once a day."""

    action = None
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        page, why = request.POST.get("page", "")[:PAGE_LENGTH], request.POST.get("why", "").strip()[:WHY_LENGTH]
        words = {"user": user, "page": page, "why": why}
        notify(
            users=administrators(),
            kind="core.access_asked",
            text=_("%(user)s asks for access to %(page)s: %(why)s") % words,
            key=f"access:{user.pk}:{timezone.localdate().isoformat()}:{page}",
            url=reverse("core:user_card", args=[user.pk]),
            by=user,
        )
        toast(request, _("Your administrator was asked."))
        return HttpResponseRedirect("/")


def administrators() -> QuerySet[User]:
    return User.objects.filter(is_active=True, role_assignments__role__code="administrator").order_by("pk")


class Help(Guarded, TemplateView):
    """How to begin, keys, words, and whom to ask."""

    action = None
    template_name = "shell/help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        codes = user.role_assignments.values_list("role__code", flat=True)
        return super().get_context_data(
            helpers=administrators()[:SHOWN_HELPERS], steps=helpsteps.steps_of(codes), **kwargs
        )
