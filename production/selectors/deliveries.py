"""What production answers sales: when goods can be with the client, and what decides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from production.promising import Cause, Promise, Reason
from production.selectors.promise import promise_for_lines, promise_for_order
from sales.ports import Delivery, DeliveryReason, DeliveryStep


def delivery_of_lines(
    lines: Sequence[tuple[int, Decimal]], warehouse_id: int, at: datetime, lead_days: Mapping[int, int] | None = None
) -> Delivery:
    return _told(promise_for_lines(lines, warehouse_id, at, lead_days))


def delivery_of_order(order_id: int, at: datetime, lead_days: Mapping[int, int] | None = None) -> Delivery:
    return _told(promise_for_order(order_id, at, lead_days))


def _told(promise: Promise) -> Delivery:
    return Delivery(
        start_at=promise.start_at,
        ship_on=promise.ship_on,
        deliver_on=promise.deliver_on,
        bottleneck=_reason(promise.bottleneck) if promise.bottleneck else None,
        reasons=tuple(_reason(reason) for reason in promise.reasons),
        steps=tuple(
            DeliveryStep(f"{step.item}: {step.name}", step.center, step.starts_at, step.ends_at)
            for step in promise.operations
        ),
    )


def _reason(reason: Reason) -> DeliveryReason:
    item_id = reason.record_id if reason.cause == Cause.ITEM else None
    return DeliveryReason(reason.code, reason.until, reason.text, reason.critical, item_id)
