"""Telling the apps above what happened, so that nothing told is ever lost.

`publish` stores the event and one delivery row per handler in the caller's transaction; after commit a worker
is woken. Each delivery runs in a transaction of its own together with its "done" mark, so a handler's changes
happen once. The sweeper hands over what a crash or a lost broker left behind.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, get_args, get_type_hints

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core import doorbell
from core.actors import SYSTEM
from core.choices import DeliveryStatus
from core.history import acting
from core.models import Event, EventDelivery
from core.planned import Planned
from core.transactions import retrying

logger = logging.getLogger(__name__)

E = TypeVar("E")
Handler = Callable[[Any], None]

MAX_ATTEMPTS = 8
_handlers: dict[str, dict[str, Handler]] = {}
_classes: dict[str, type] = {}


_handled: ContextVar[Event] = ContextVar("event_being_handled")


def being_handled() -> Event:
    """The stored event that a handler was called for: its number and the moment it was recorded.

    Raises LookupError outside of handlers.
    """
    return _handled.get()


def name_of(event_class: type) -> str:
    return f"{event_class.__module__.split('.')[0]}.{event_class.__name__}"


def handles(event_class: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Subscribe a function of an upper app's `handlers.py` to an event class."""

    def subscribe(handler: Callable[[E], None]) -> Callable[[E], None]:
        name = name_of(event_class)
        _classes[name] = event_class
        key = f"{handler.__module__}.{handler.__name__}"
        _handlers.setdefault(name, {})[key] = handler
        return handler

    return subscribe


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, (Decimal, datetime, date)) else value


_PARSERS: dict[Any, Callable[[str], Any]] = {
    Decimal: Decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def _parser(hint: Any) -> Callable[[str], Any] | None:
    """How a value of this type hint is read back; `date | None` reads like `date`."""
    parts = [part for part in get_args(hint) if part is not type(None)]
    return _PARSERS.get(parts[0] if len(parts) == 1 and type(None) in get_args(hint) else hint)


def _restore(event_class: type, payload: dict[str, Any]) -> Any:
    hints = get_type_hints(event_class)
    values = {}
    for name, value in payload.items():
        parse = _parser(hints.get(name))
        values[name] = parse(value) if parse and value is not None else value
    return event_class(**values)


def publish(*happened: Any) -> None:
    """Record what happened, inside the transaction in which it happened; handlers run after commit.

    Several events at once take as few statements as one (one), and are handed over in their order.
    """
    if not happened:
        return
    names = [name_of(type(event)) for event in happened]
    payloads = [
        json.dumps({f.name: _plain(getattr(event, f.name)) for f in dataclasses.fields(event)}) for event in happened
    ]
    handlers = [(name, key) for name in sorted(set(names)) for key in sorted(_handlers.get(name, {}))]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [names, payloads, [name for name, _key in handlers], [key for _name, key in handlers]])
        deliveries = cursor.fetchall()
    for (delivery_id,) in deliveries:
        _wake_after_commit(delivery_id)


# The events in their order, and of each a row for every handler: their keys grow in the order of delivery.
_STORE = Planned("""
WITH stored AS (
    INSERT INTO core_event (name, payload)
    SELECT name, payload::jsonb FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS told(name, payload, nth)
    ORDER BY nth
    RETURNING id, name
)
INSERT INTO core_eventdelivery (event_id, handler, status, attempts, due_at, error)
SELECT stored.id, handlers.handler, 'waiting', 0, statement_timestamp(), ''
FROM stored
JOIN unnest(%s::text[], %s::text[]) WITH ORDINALITY AS handlers(name, handler, nth) ON handlers.name = stored.name
ORDER BY stored.id, handlers.nth
RETURNING id
""")


def _wake_after_commit(delivery_id: int) -> None:
    def ring() -> None:
        wake(delivery_id)

    # Robust: whatever goes wrong with the doorbell, the caller's fact is committed and the sweeper delivers it.
    transaction.on_commit(ring, robust=settings.EVENTS_DELIVERY == "celery")


def wake(delivery_id: int) -> None:
    """Ring the doorbell for one delivery: a Celery task, or right here where EVENTS_DELIVERY is "inline"."""
    if settings.EVENTS_DELIVERY == "inline":
        deliver(delivery_id)
        return
    from core.tasks import deliver_event

    doorbell.ring(deliver_event, delivery_id=delivery_id)


def deliver(delivery_id: int) -> bool:
    """Run one delivery; True when it is done now. A done or taken one is left alone.

    A failing handler is rolled back, the attempt is counted and the delivery comes due again later (1, 2, 4 …
    minutes); after 8 attempts it is dead and waits for a person.
    """
    try:
        return _run(delivery_id)
    except Exception as error:
        _count_failure(delivery_id, error)
        if settings.EVENTS_DELIVERY == "inline":
            raise
        logger.exception("event handler failed", extra={"delivery_id": delivery_id})
        return False


@retrying
def _run(delivery_id: int) -> bool:
    """The handler's changes and the "done" mark, together or not at all."""
    with transaction.atomic():
        waiting = EventDelivery.objects.filter(pk=delivery_id, status=DeliveryStatus.WAITING)
        delivery = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("event").first()
        if delivery is None:
            return False
        handler = _handlers.get(delivery.event.name, {}).get(delivery.handler)
        if handler is None:
            raise LookupError(f"handler {delivery.handler} is gone")
        token = _handled.set(delivery.event)
        try:
            with acting(SYSTEM, handler=delivery.handler):
                handler(_restore(_classes[delivery.event.name], delivery.event.payload))
        finally:
            _handled.reset(token)
        delivery.status, delivery.done_at = DeliveryStatus.DONE, timezone.now()
        delivery.save(update_fields=["status", "done_at"])
    return True


def _count_failure(delivery_id: int, error: Exception) -> None:
    with transaction.atomic():
        waiting = EventDelivery.objects.filter(pk=delivery_id, status=DeliveryStatus.WAITING)
        delivery = waiting.select_for_update(no_key=True).first()
        if delivery is None:  # a rival has delivered it meanwhile
            return
        delivery.attempts += 1
        delivery.error = f"{type(error).__name__}: {error}"[:2000]
        delivery.status = DeliveryStatus.DEAD if delivery.attempts >= MAX_ATTEMPTS else DeliveryStatus.WAITING
        delivery.due_at = timezone.now() + timedelta(minutes=2 ** (delivery.attempts - 1))
        delivery.save(update_fields=["attempts", "error", "status", "due_at"])


def sweep(*, limit: int = 500, older_than: timedelta = timedelta(seconds=30)) -> int:
    """Deliver what should have been delivered by now; returns how many were done.

    `older_than` keeps the sweeper off rows that a worker was just woken for.
    """
    due = EventDelivery.objects.filter(status=DeliveryStatus.WAITING, due_at__lte=timezone.now() - older_than)
    return sum(deliver(pk) for pk in list(due.order_by("pk").values_list("pk", flat=True)[:limit]))
