from celery import shared_task

from core import events


@shared_task(name="core.deliver_event", acks_late=True, soft_time_limit=60, time_limit=90)
def deliver_event(*, delivery_id: int) -> None:
    """Run one event delivery. A done one is left alone, so a second run changes nothing."""
    events.deliver(delivery_id)


@shared_task(name="core.sweep_events", acks_late=True, soft_time_limit=50, time_limit=55)
def sweep_events() -> int:
    """Every minute: deliver what a crash or a lost broker left behind."""
    return events.sweep()
