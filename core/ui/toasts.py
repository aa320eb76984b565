"""Short answers at the edge of the page: said once, on the page that comes next or right into this one."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

_LEVELS = {"ok": messages.SUCCESS, "info": messages.INFO, "warn": messages.WARNING, "bad": messages.ERROR}


def toast(request: HttpRequest, text: Any, *, level: str = "ok", undo: Any = None) -> None:
    """Say something to the user. `undo` is the UndoStep that takes it back; the toast then offers it."""
    extra = json.dumps({"undo_url": reverse("core:undo", args=[undo.uuid])}) if undo is not None else ""
    messages.add_message(request, _LEVELS[level], str(text), extra_tags=extra)
