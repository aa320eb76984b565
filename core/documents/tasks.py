from celery import shared_task

from core import doorbell
from core.documents import making


@shared_task(name="core.make_document", acks_late=True, soft_time_limit=180, time_limit=210)
def make_document(*, document_id: int) -> None:
    """Draw one paper. One that is made, or that another worker draws, is left alone; a second run changes nothing."""
    making.make(document_id)


@shared_task(name="core.sweep_documents", acks_late=True, soft_time_limit=50, time_limit=55)
def sweep_documents() -> int:
    """Every minute: wake workers for papers that a crash or a lost broker left behind."""
    return sum(doorbell.ring(make_document, document_id=document_id) for document_id in making.left_behind())
