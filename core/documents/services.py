"""Asking for papers. The drawing itself is a worker's (`core.documents.making`)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import translation

from core import doorbell, policy
from core.actors import Actor, user_or_none
from core.documents import making, papers
from core.documents.choices import DocumentState
from core.documents.errors import NotPrintable, PaperNotMade, UnknownPaper
from core.documents.figures import spoken
from core.documents.papers import Paper
from core.documents.snapshot import hash_of, packed
from core.models import Attachment, Document
from core.services.records import type_of
from core.transactions import command


@command
def request_paper(*, kind: str, record_id: int, by: Actor) -> Document:
    """Ask for a paper of a record; a worker draws it after commit.

    While the record reads the same, the version there is comes back, made or still being made. The paper of a posted
    record is made once: it comes back whatever changed around it. A version that failed is tried again. Locks the
    record, so two who ask at once get one version. Raises UnknownPaper, NotAllowed, NotPrintable.
    """
    paper = paper_of(kind)
    record = paper.model._default_manager.locked().get(pk=record_id)  # type: ignore[attr-defined]
    policy.require(by, paper.view_action, record)
    if not paper.is_of(record):
        raise UnknownPaper(kind=kind)
    known = Document.objects.filter(record_type=type_of(paper.model), record_id=record.pk, kind=kind)
    final = known.filter(is_final=True).first()
    if final is not None and final.state != DocumentState.FAILED:
        return final
    reason = paper.refusal(record)
    if reason:
        raise NotPrintable(paper=paper.label, reason=reason)
    wanted = _as_it_reads(paper, record)
    last = final or known.order_by("-number").first()
    if last is not None and (last == final or last.facts_hash == wanted["facts_hash"]):
        return _again(last, wanted, by) if last.state == DocumentState.FAILED else last
    document = Document.objects.create(
        record_type=type_of(paper.model),
        record_id=record.pk,
        kind=kind,
        number=last.number + 1 if last else 1,
        requested_by=user_or_none(by),
        **wanted,
    )
    _wake(document)
    return document


def paper_of(kind: str) -> Paper:
    """The declared paper of a kind. Raises UnknownPaper."""
    try:
        return papers.by_kind(kind)
    except LookupError as error:
        raise UnknownPaper(kind=kind) from error


def _as_it_reads(paper: Paper, record: Any) -> dict[str, Any]:
    """What the record says now: the snapshot, its fingerprint, the language and the marks of the paper."""
    language, is_draft = spoken(paper.language(record)), paper.is_draft(record)
    with translation.override(language):
        facts = paper.read([record.pk])[record.pk]
        name = paper.file_name(facts)
        snapshot = packed(facts)
    return {
        "language": language,
        "is_draft": is_draft,
        "is_final": paper.is_final(record),
        "facts": snapshot,
        "facts_hash": hash_of(snapshot, language, is_draft),
        "name": name,
    }


def _again(document: Document, wanted: dict[str, Any], by: Actor) -> Document:
    for field, value in wanted.items():
        setattr(document, field, value)
    document.state, document.attempts, document.error = DocumentState.WAITING, 0, ""
    document.requested_by = user_or_none(by)
    document.save()
    _wake(document)
    return document


def _wake(document: Document) -> None:
    from core.documents.tasks import make_document

    transaction.on_commit(lambda: doorbell.ring(make_document, document_id=document.pk), robust=True)


def paper_for_mail(*, kind: str, record_id: int, by: Actor) -> Attachment:
    """The paper of a record as a file to attach to a mail, drawn now when it is not there yet.

    For workers, and not inside a transaction: drawing takes its time. A second call returns the same attachment.
    Raises what `request_paper` raises, and PaperNotMade.
    """
    document = request_paper(kind=kind, record_id=record_id, by=by)
    if not document.is_ready:
        making.make(document.pk)
        document.refresh_from_db()
    if not document.is_ready:
        raise PaperNotMade(name=document.name)
    return Attachment.objects.get_or_create(
        record_type=document.record_type,
        record_id=document.record_id,
        kind="paper",
        sha256=document.sha256,
        defaults={
            "file": document.file.name,
            "name": document.name,
            "content_type": making.PDF,
            "size": document.size or 0,
            "created_by": user_or_none(by),
        },
    )[0]
