from celery import shared_task
from django.utils import timezone

from support.services import uploads


@shared_task(name="support.forget_old_uploads", acks_late=True, soft_time_limit=120, time_limit=150)
def forget_old_uploads() -> int:
    """Every night: remove pictures of reports that never came. A second run finds none."""
    return uploads.forget_old_uploads(at=timezone.now())
