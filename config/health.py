"""Two answers for those who watch the system: does it live, and can it work now."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; says nothing about its servers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """503 without the database. Without the queue pages still work and nothing is lost, so that is only named."""
    parts = {"database": answers(ask_database), "queue": answers(ask_queue)}
    return JsonResponse(parts, status=200 if parts["database"] == "ok" else 503)


def answers(ask: Callable[[], None]) -> str:
    try:
        ask()
    except Exception:
        logger.warning("a server does not answer", extra={"question": ask.__name__}, exc_info=True)
        return "down"
    return "ok"


def ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_queue() -> None:
    cache.get("health")
