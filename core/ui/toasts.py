"""Short answers at the edge of the page: said once, on the page that comes next or right into this one."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

_LEVELS = {"ok": messages.SUCCESS, "info": messages.INFO, "warn": messages.WARNING, "bad": messages.ERROR}


def toast(
    request: HttpRequest, text: Any, *, level: str = "ok", undo: Any = None, action: tuple[Any, str] | None = None
) -> None:
    """Say something to the user. `undo` is the UndoStep that takes it back; the toast then offers it.

    `action` is a label and the address it leads to: where one would go on from here.
    """
    extra = {"undo_url": reverse("core:undo", args=[undo.uuid])} if undo is not None else {}
    if action is not None:
        extra |= {"action_label": str(action[0]), "action_url": action[1]}
    messages.add_message(request, _LEVELS[level], str(text), extra_tags=json.dumps(extra) if extra else "")
