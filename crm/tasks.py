from celery import shared_task
from django.utils import timezone

from crm.services import telling


@shared_task(name="crm.tell_of_due_tasks", acks_late=True, soft_time_limit=50, time_limit=55)
def tell_of_due_tasks() -> int:
    """Every minute: tell assignees of tasks that are due. A second run finds none."""
    return telling.tell_of_due_tasks(at=timezone.now())
