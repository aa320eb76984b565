"""Helpers: make papers, read what stands in them."""

import io
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from core.actors import SYSTEM
from core.documents import making
from core.documents.services import request_paper
from core.models import Document


def made(kind: str, record: Any, by: Any = SYSTEM) -> Document:
    """The paper of a record, drawn."""
    document = request_paper(kind=kind, record_id=record.pk, by=by)
    making.make(document.pk)
    document.refresh_from_db()
    assert document.is_ready, document.error
    return document


def text_of(source: Document | bytes) -> str:
    """All words of a PDF, with plain blanks between them."""
    content = source if isinstance(source, bytes) else source.file.read()
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def files_in(box: Path) -> list[Path]:
    return sorted(path for path in box.rglob("*") if path.is_file())
