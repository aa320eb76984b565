"""What stands between a signed-in person and every page: a live session, a second factor, and in whose name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from pghistory.middleware import HistoryMiddleware

from core import policy
from core.access import acting, factors, sessions

# Pages of the account library that stay open for somebody who has to set up a second factor.
SETTING_UP = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_reauthenticate",
        "account_logout",
        "core:second_factor",
        "health_live",
        "health_ready",
    }
)


class AccessMiddleware:
    """Stands behind authentication and messages, before the log line and the history."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and request.session.session_key and sessions.is_idle(request):
            sessions.end_current(request)
            logout(request)
        if request.user.is_authenticated and request.session.session_key:
            request.user = itself(request.user)
            sessions.keep(request)
            policy.remember_across_requests(request.user)
            request.needs_factor = factors.blocks(request)  # type: ignore[attr-defined]
            acting.apply(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if getattr(request, "needs_factor", False) and name not in SETTING_UP:
            return _lead_to_second_factor(request)
        if getattr(request, "acting", None) is not None and is_closed_while_acting(request, view):
            return render(request, "access/acting_closed.html", status=403)
        return None


def itself(user: Any) -> Any:
    """The person behind Django's promise of one, now that he was read: a page asks him hundreds of times."""
    return user._wrapped if isinstance(user, SimpleLazyObject) else user


def _lead_to_second_factor(request: HttpRequest) -> HttpResponse:
    target = reverse("core:second_factor")
    if request.method == "GET" and not request.headers.get("HX-Request"):
        target = f"{target}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=403, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def is_closed_while_acting(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Passwords, factors, sessions, users, roles, keys and the administration are nobody's business in another's name.

    A view closes itself by `closed_while_acting = True`.
    """
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name.startswith(("core:api_token", "core:webhook")):  # a key would outlive the hour
        return True
    if name.startswith("admin:"):
        return True
    if name.startswith(("account_", "mfa_")):
        return name != "account_logout"
    return bool(getattr(getattr(view, "view_class", None), "closed_while_acting", False))


class History(HistoryMiddleware):
    """Names in the history who really sat there, and in whose name."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        facts = super().get_context(request)
        by = acting.administrator_of(request.user)
        return facts if by is None else {**facts, "user": by.pk, "acting_for": request.user.pk}
