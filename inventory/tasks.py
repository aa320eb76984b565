from celery import shared_task

from inventory.services import worth


@shared_task(name="inventory.fold_worth", acks_late=True, soft_time_limit=50, time_limit=55)
def fold_worth() -> int:
    """Every ten minutes: add up what changed the worth of the warehouses. A second run finds nothing to add up."""
    return worth.fold_worth()
