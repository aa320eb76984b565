"""Who calls: a bearer key, which acts as its user. No cookies, so nobody's browser can be made to call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from core import policy
from core.api import scopes, throttling
from core.api.problems import Refusal
from core.api.services.tokens import hash_of
from core.models import ApiToken, User

SEEN_EVERY = timedelta(minutes=10)


class BearerAuth(HttpBearer):
    """Unknown, expired and withdrawn keys, and those of a user who may not use the API, get the same answer."""

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        throttling.count_address(request)
        found = super().__call__(request)
        if found is None:
            throttling.count_failure(request)
        return cast("ApiToken | None", found)

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        now = timezone.now()
        found = ApiToken.objects.select_related("user").filter(token_hash=hash_of(token)).first()
        if found is None or not found.is_usable(now) or not policy.allows(found.user, "core.use_api"):
            return None
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
        if found.last_used_at is None or found.last_used_at < now - SEEN_EVERY:
            ApiToken.objects.filter(stale, pk=found.pk).update(last_used_at=now)
        request.user = found.user
        throttling.count_token(request, found)
        return found


def token_of(request: HttpRequest) -> ApiToken:
    return cast("ApiToken", cast(Any, request).auth)


def user_of(request: HttpRequest) -> User:
    return token_of(request).user


def require_scope(request: HttpRequest, *wanted: str) -> None:
    """Raise Refusal (403) unless the key's scopes cover one of `wanted`."""
    held = token_of(request).scopes
    if not any(scopes.covers(held, scope) for scope in wanted):
        detail = f"The key may not do this; it would need the scope “{wanted[0]}”."
        header = f'Bearer error="insufficient_scope", scope="{wanted[0]}"'
        raise Refusal(403, "scope_missing", detail, headers={"WWW-Authenticate": header})
