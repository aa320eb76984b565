from celery import shared_task
from django.utils import timezone

from crm.services import submissions, telling


@shared_task(name="crm.tell_of_due_tasks", acks_late=True, soft_time_limit=50, time_limit=55)
def tell_of_due_tasks() -> int:
    """Every minute: tell assignees of tasks that are due. A second run finds none."""
    return telling.tell_of_due_tasks(at=timezone.now())


@shared_task(name="crm.forget_old_quarantine", acks_late=True, soft_time_limit=120, time_limit=150)
def forget_old_quarantine() -> int:
    """Every night: what web forms held back and nobody released in three months goes. A second run finds none."""
    return submissions.forget_old_quarantine(at=timezone.now())
