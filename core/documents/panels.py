"""The boxes "Documents" and "Files" on the cards of records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core import policy
from core.documents import labels, papers, selectors
from core.models import Attachment
from core.remembered import remembered_for_all
from core.services.attachments import FILE
from core.services.records import type_of
from core.ui import panels, registers
from core.ui.panels import Panel


def papers_on(record: Any, user: Any) -> dict[str, Any] | None:
    """What the box "Documents" shows; no box for a record that has none."""
    states = selectors.papers_of(record, user)
    kinds = selectors.labels_of(record, user)
    return {"states": states, "label_kinds": kinds} if states or kinds else None


@dataclass(frozen=True)
class FileRow:
    file: Attachment
    may_delete: bool


@remembered_for_all
def _files(kind: Any, record: Any) -> QuerySet[Any]:
    files = Attachment.objects.filter(record_type=kind, record_id=record, kind=FILE)
    return files.select_related("created_by").order_by("-pk")


def files_of(record: Any, user: Any) -> dict[str, Any]:
    """What the box "Files" shows, in one statement."""
    may_attach = policy.allows(user, "core.attach_file")
    may_delete_all = policy.allows(user, "core.delete_file")
    return {
        "files": [
            FileRow(file, may_delete_all or (may_attach and file.created_by_id == user.pk))
            for file in _files(type_of(record).pk, record.pk)
        ],
        "may_attach": may_attach,
        "file_type": record._meta.label_lower,
    }


DOCUMENTS = Panel(key="documents", template="documents/_panel.html", read=papers_on, place="side", order=60)
FILES = Panel(key="files", template="documents/_files.html", read=files_of, place="side", order=70)


def connect() -> None:
    """Put the boxes on all cards they belong to; called when every app has declared its papers and registers."""
    for model in [*(paper.model for paper in papers.everything()), *(kind.model for kind in labels.everything())]:
        panels.add(model, DOCUMENTS)
    for model in [*(paper.model for paper in papers.everything()), *(one.model for one in registers.everything())]:
        panels.add(model, FILES)
