"""Public events: what webhooks may tell, declared by the apps in their `webhooks.py`.

Light on purpose: it is read at the start of every process. What an event tells about its record is made only when
somebody listens.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from core import events

logger = logging.getLogger(__name__)

TEST = "test"


@dataclass(frozen=True)
class PublicEvent:
    """`name` is what other systems know, as in `lead.received`; `record` names the row of `resource` it is about."""

    name: str
    label: str | Promise
    resource: str
    record: Callable[[Any], int]
    only: Callable[[Any], bool] | None = None


_declared: dict[str, PublicEvent] = {}


def tells(
    event_class: type,
    name: str,
    label: str | Promise,
    *,
    resource: str,
    record: str,
    only: Callable[[Any], bool] | None = None,
) -> None:
    """Let webhooks hear of an event: `record` is its member with the key of a row of `resource`. Once per name."""
    if name in _declared:
        raise RuntimeError(f"{name} is declared twice")
    public = _declared[name] = PublicEvent(name, label, resource, lambda event: getattr(event, record), only)

    def tell(event: Any) -> None:
        from core.api.services.webhooks import tell_everybody

        if public.only is None or public.only(event):
            happened = events.being_handled()
            tell_everybody(
                event_id=happened.pk, name=public.name, resource=public.resource, record_id=public.record(event),
                at=happened.recorded_at,
            )  # fmt: skip

    tell.__module__ = f"{event_class.__module__.split('.', maxsplit=1)[0]}.webhooks"
    tell.__name__ = f"tell_{name.replace('.', '_')}"
    events.handles(event_class)(tell)


def declared() -> dict[str, PublicEvent]:
    """All public events by name."""
    return dict(sorted(_declared.items()))
