"""How often somebody may call: per key, per address, and per address with keys that do not open anything."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.errors import Throttled

from core.callers import address_of
from core.models import ApiToken

# Calls in a minute. settings.API_RATES replaces single ones.
RATES = {"key": 600, "submit": 60, "address": 1200, "failed": 30}
SECONDS = 60


class Window:
    """At most so many calls in each minute of the clock, counted by one atomic addition in the cache."""

    def __init__(self, name: str) -> None:
        self.name = name

    def count(self, ident: str) -> None:
        """Count a call. Raises Throttled, with the seconds to wait, when the minute is used up."""
        now = time.time()
        key = f"api:{self.name}:{ident}:{int(now // SECONDS)}"
        cache.add(key, 0, SECONDS * 2)
        try:
            calls = cache.incr(key)
        except ValueError:  # it ran out between the two calls
            return
        if calls > rate(self.name):
            raise Throttled(wait=int(SECONDS - now % SECONDS) + 1)


def rate(name: str) -> int:
    return int({**RATES, **getattr(settings, "API_RATES", {})}[name])


def count_address(request: HttpRequest) -> None:
    Window("address").count(address_of(request))


def count_failure(request: HttpRequest) -> None:
    Window("failed").count(address_of(request))


def count_token(request: HttpRequest, token: ApiToken) -> None:
    """A key that may only submit web forms has a smaller budget: it is the one most likely to be abused."""
    submits = token.scopes == ["leads:submit"]
    Window("submit" if submits else "key").count(str(token.pk))
