"""What the pages show about papers: which a record has, their versions, and who may open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from core import policy
from core.actors import Actor
from core.documents import labels, papers
from core.documents.labels import LabelKind
from core.documents.papers import Paper
from core.models import Attachment, Document
from core.services.attachments import FILE
from core.services.records import type_of
from core.ui import registers


@dataclass(frozen=True)
class PaperState:
    """One paper of a record as it stands: its last version, how many there are, and why no new one may be made."""

    paper: Paper
    record: Model
    last: Document | None = None
    versions: int = 0
    refusal: str = ""

    @property
    def slug(self) -> str:
        return self.paper.kind.replace(".", "-")

    @property
    def may_be_asked(self) -> bool:
        """Is there a new version to ask for? Not while one is being made, nor for what is made once."""
        if self.refusal:
            return False
        return self.last is None or not (self.last.is_open or (self.last.is_final and self.last.is_ready))


def papers_of(record: Any, user: Actor) -> list[PaperState]:
    """The papers of a record that the user may open (one statement)."""
    wanted = [paper for paper in papers.of(record) if policy.allows(user, paper.view_action, record)]
    if not wanted:
        return []
    found: dict[str, list[Document]] = {}
    for document in _versions(record).order_by("number"):
        found.setdefault(document.kind, []).append(document)
    return [_state(paper, record, found.get(paper.kind, [])) for paper in wanted]


def paper_of(record: Any, paper: Paper) -> PaperState:
    """One paper of a record as it stands (one statement)."""
    return _state(paper, record, list(_versions(record).filter(kind=paper.kind).order_by("number")))


def _versions(record: Model) -> QuerySet[Document]:
    rows = Document.objects.filter(record_type=type_of(record), record_id=record.pk).select_related("requested_by")
    return rows.defer("facts")


def _state(paper: Paper, record: Model, versions: list[Document]) -> PaperState:
    refusal = str(paper.refusal(record))
    return PaperState(paper, record, versions[-1] if versions else None, len(versions), refusal)


def versions_of(record: Model, kind: str) -> list[Document]:
    """All versions of a paper, the newest first."""
    return list(_versions(record).filter(kind=kind).order_by("-number"))


def record_of(kind: str, record_id: int, user: Actor) -> tuple[Paper, Any] | None:
    """The paper of that kind and its record, when the user may know of it."""
    try:
        paper = papers.by_kind(kind)
    except LookupError:
        return None
    record = paper.visible_to(user).filter(pk=record_id).first()
    return (paper, record) if record is not None else None


def document_for(uuid: Any, user: Actor) -> tuple[Paper, Any, Document] | None:
    """A document with its record, when the user may know of the record."""
    document = Document.objects.select_related("requested_by").defer("facts").filter(uuid=uuid).first()
    found = record_of(document.kind, document.record_id, user) if document else None
    return (*found, document) if found and document else None


def labels_of(record: Model, user: Actor) -> list[LabelKind]:
    """The kinds of labels a record can have."""
    return [
        kind for kind in labels.everything() if kind.model is type(record) and policy.allows(user, kind.view_action)
    ]


def address_of(record: Any) -> str:
    """The card of a record, where it has one."""
    register = registers.of(record)
    return register.url_of(record) if register is not None else ""


def parent_of(record_type: ContentType, record_id: int, user: Actor) -> Any:
    """The record that files hang on, when the user may know of it: by its register, else by the model's own rows."""
    model = record_type.model_class()
    if model is None:
        return None
    register = registers.of(model)
    if register is not None:
        return register.visible_to(user).filter(pk=record_id).first()
    rows = model._default_manager.all()
    action = f"{record_type.app_label}.view_{record_type.model}"
    if not hasattr(rows, "visible_to") or action not in policy.known_actions():
        return None
    return rows.visible_to(user).filter(pk=record_id).first()


def first_pictures(model: type[Model], ids: Iterable[int]) -> dict[int, Attachment]:
    """The first picture among the files of each of some records (one statement)."""
    kind = ContentType.objects.get_for_model(model)
    rows = Attachment.objects.filter(
        record_type=kind, record_id__in=list(ids), kind=FILE, content_type__startswith="image/"
    )
    return {file.record_id: file for file in rows.order_by("record_id", "pk").distinct("record_id")}
