"""Drawing what was asked for: claimed in one transaction, drawn in none, stored in another.

Losing the worker anywhere in between loses nothing: the lease runs out and the next one draws it again. Only the
one whose turn it is can store, so two drawings of one paper leave one file.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.documents.choices import OPEN, DocumentState
from core.documents.papers import by_kind
from core.documents.snapshot import unpacked
from core.models import Document

logger = logging.getLogger(__name__)

PDF = "application/pdf"
LEASE = timedelta(seconds=240)  # longer than the task may run
TRIES = 3


def make(document_id: int) -> DocumentState | None:
    """Take up one paper, draw and store it; its new state, or None when there was nothing to do.

    Not inside a transaction: the claim has to be committed before the slow part. A failure is tried three times.
    """
    document = _claim(document_id)
    if document is None:
        return None
    try:
        content, pages = _drawn(document)
        return _store(document, content, pages)
    except Exception as error:
        logger.exception("a paper could not be drawn", extra={"document_id": document.pk, "kind": document.kind})
        return _stumbled(document, repr(error))


def _due() -> Q:
    waiting = Q(state=DocumentState.WAITING)
    return waiting | Q(state=DocumentState.MAKING, lease_until__lt=timezone.now())


@transaction.atomic
def _claim(document_id: int) -> Document | None:
    """Lease a paper for one try; one that was tried often enough is given up here, also when workers died over it."""
    document = Document.objects.filter(_due(), pk=document_id).select_for_update(skip_locked=True).first()
    if document is None:
        return None
    if document.attempts >= TRIES:
        document.state, document.lease_until = DocumentState.FAILED, None
        document.error = document.error or "the worker died over it"
        document.save(update_fields=["state", "lease_until", "error"])
        return None
    document.state, document.lease_until = DocumentState.MAKING, timezone.now() + LEASE
    document.attempts += 1
    document.save(update_fields=["state", "lease_until", "attempts"])
    return document


def _drawn(document: Document) -> tuple[bytes, int]:
    from core.documents.rendering import Sheet, draw

    template = by_kind(document.kind).template
    drawn = draw([Sheet(template, unpacked(document.facts), document.language, document.is_draft)])
    return drawn.content, drawn.pages


def path_of(document: Document, attempt: int) -> str:
    return f"documents/{document.requested_at:%Y/%m}/{document.uuid.hex}-{attempt}.pdf"


def _store(document: Document, content: bytes, pages: int) -> DocumentState | None:
    """Keep the file and say so, unless another worker has taken the turn meanwhile; then the file goes again."""
    path = default_storage.save(path_of(document, document.attempts), ContentFile(content))
    mine = Document.objects.filter(pk=document.pk, state=DocumentState.MAKING, attempts=document.attempts)
    stored = mine.update(
        state=DocumentState.READY,
        file=path,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        pages=pages,
        made_at=timezone.now(),
        lease_until=None,
        facts={},
        error="",
    )
    if not stored:
        default_storage.delete(path)
        return None
    for attempt in range(1, document.attempts):  # what a worker that died may have left
        default_storage.delete(path_of(document, attempt))
    logger.info("paper made", extra={"document_id": document.pk, "kind": document.kind, "pages": pages})
    return DocumentState.READY


def _stumbled(document: Document, reason: str) -> DocumentState | None:
    state = DocumentState.FAILED if document.attempts >= TRIES else DocumentState.WAITING
    mine = Document.objects.filter(pk=document.pk, state=DocumentState.MAKING, attempts=document.attempts)
    return state if mine.update(state=state, lease_until=None, error=reason[:2000]) else None


def left_behind(*, limit: int = 500) -> list[int]:
    """The keys of papers somebody should be drawing by now, oldest first."""
    due = Document.objects.filter(_due(), state__in=OPEN)
    return list(due.order_by("pk").values_list("pk", flat=True)[:limit])
