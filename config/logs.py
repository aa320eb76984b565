"""How log lines look: one JSON object each in production, readable text elsewhere; never a secret in them."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

# Parts of a path that open something: sign-in links, public links. Record numbers and UUIDs stay readable.
_TOKEN = re.compile(r"/(?!(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?:/|$))[\w.:=-]{20,}(?=/|$)")
_WATCHED_BY_MACHINES = ("GET /health/", "HEAD /health/")

Event = MutableMapping[str, Any]


def without_tokens(path: str) -> str:
    """The path alone, with what could be used as a key left out; a query may hold personal data."""
    return _TOKEN.sub("/…", path.partition("?")[0])


class RequestLine(RequestMiddleware):
    """One line for each answered request, with who asked and how it ended."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {without_tokens(request.get_full_path())}"


def plain_request(_logger: Any, _method: str, event: Event) -> Event:
    """Django hands its own warnings the whole request; the line is enough."""
    if isinstance(event.get("request"), HttpRequest):
        event["request"] = RequestLine.format_request(event["request"])
    return event


def drop_health_checks(_logger: Any, _method: str, event: Event) -> Event:
    """They come every few seconds and say nothing when they are well."""
    if str(event.get("request", "")).startswith(_WATCHED_BY_MACHINES) and event.get("code") == 200:
        raise structlog.DropEvent
    return event


class PathsWithoutTokens:
    """Django's own warnings name the path as well."""

    def filter(self, record: Any) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_tokens(arg) if str(arg).startswith("/") else arg for arg in record.args)
        return True


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    plain_request,
    drop_health_checks,
]


def configured(*, as_json: bool, level: str = "INFO") -> dict[str, Any]:
    """Django's LOGGING. Plain `logging` calls with `extra` and structlog's own look the same."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: list[Any] = [structlog.dev.ConsoleRenderer(colors=False)]
    if as_json:
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_SHARED],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {"paths": {"()": PathsWithoutTokens}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["paths"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # The request line says it already.
            "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        },
    }
