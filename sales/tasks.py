from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from core.actors import SYSTEM
from sales.services import quotes


@shared_task(name="sales.expire_quotes", acks_late=True, soft_time_limit=300, time_limit=330)
def expire_quotes() -> int:
    """Every hour: close sent quotes whose last day is over. A second run finds none."""
    now = timezone.now()
    # A day begins up to 14 hours before UTC; the service looks at each organisation's own date.
    return quotes.expire_quotes(on=now.date() + timedelta(days=1), at=now, by=SYSTEM)
