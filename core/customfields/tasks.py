from celery import shared_task

from core.customfields import indexes


@shared_task(name="core.settle_own_indexes", acks_late=True, soft_time_limit=840, time_limit=900)
def settle_own_indexes() -> int:
    """After a change and every ten minutes: build and remove indexes of fast filters; a second run finds nothing."""
    return indexes.settle()
