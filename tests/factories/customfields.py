"""Own fields for tests."""

from __future__ import annotations

from typing import Any

from core.actors import SYSTEM
from core.customfields.defining import define_field
from core.models import CustomField
from tests.factories.core import make_currency, serial

PARTS: dict[str, dict[str, Any]] = {
    "choice": {"options": [{"label": "Red"}, {"label": "Green"}, {"label": "Blue"}]},
    "choices": {"options": [{"label": "North"}, {"label": "South"}, {"label": "West"}]},
    "number": {"digits": 2},
    "link": {"target": "crm.client"},
}


def make_field(kind: str = "text", *, model: str = "crm.client", **parts: Any) -> CustomField:
    """A field of that kind on clients, with what its kind needs."""
    number = serial()
    parts.setdefault("key", f"field_{number}")
    parts.setdefault("label", f"Field {number}")
    if kind == "money":
        parts.setdefault("currency_id", make_currency().pk)
    for name, value in PARTS.get(kind, {}).items():
        parts.setdefault(name, value)
    return define_field(model=model, kind=kind, by=SYSTEM, **parts)
