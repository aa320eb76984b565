"""A circuit breaker per outside service: after five failures in a row, leave it alone for a minute."""

from __future__ import annotations

from django.core.cache import cache

FAILURES = 5
REST_SECONDS = 60


def is_open(service: str) -> bool:
    """True while the service is left alone."""
    return int(cache.get(_key(service), 0)) >= FAILURES


def failed(service: str) -> None:
    """Count a failure; the count lives a minute longer with each one."""
    key = _key(service)
    cache.add(key, 0, REST_SECONDS)
    try:
        cache.incr(key)
        cache.touch(key, REST_SECONDS)
    except ValueError:  # it ran out between the two calls
        cache.set(key, 1, REST_SECONDS)


def worked(service: str) -> None:
    cache.delete(_key(service))


def _key(service: str) -> str:
    return f"breaker:{service}"
