"""The currency of the house: what amounts without a currency of their own are kept and written in."""

from __future__ import annotations

import time
from typing import Any

from core.models import Organization

# Another process may change it: asked again after so many seconds.
KNOWN_FOR = 60.0
_known: tuple[float, str] = (0.0, "")


def home_currency() -> str:
    """The currency of the first active legal entity of ours, "" without one (one statement a minute)."""
    global _known
    until, code = _known
    if until > time.monotonic():
        return code
    rows = Organization.objects.filter(is_active=True).order_by("pk").values_list("currency", flat=True)
    code = rows.first() or ""
    _known = (time.monotonic() + KNOWN_FOR, code)
    return code


def forget(**_kwargs: Any) -> None:
    """Ask again: a legal entity of ours was changed."""
    global _known
    _known = (0.0, "")
