"""The page for what broke on our side: it names the number under which the log tells the story."""

from __future__ import annotations

from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseServerError
from django.template import loader
from django.utils import timezone

from config.logs import without_tokens


def error_number() -> str:
    """The first eight signs of the request's id, which every log line of the request carries; may be empty."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return f"E-{str(request_id)[:8].upper()}" if request_id else ""


def server_error(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseServerError:
    """Rendered without context processors: whatever broke, this page asks neither database nor session."""
    context = {
        "number": error_number(),
        "at": timezone.now(),
        "page": without_tokens(request.path),
        "can_retry": request.method == "GET",
    }
    return HttpResponseServerError(loader.get_template("500.html").render(context))
