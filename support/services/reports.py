"""What a crew reports about a visit, and the one result it gets back. Used by `visits`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.models import Attachment
from core.services.attachments import Picture, clean_picture
from core.services.records import type_of
from support.errors import NotSigned, TooManyPhotos
from support.models import InstallationVisit

MAX_PHOTOS = 10


@dataclass(frozen=True)
class Upload:
    """A file as it came; its name is only shown, its content decides what it is."""

    name: str
    content: bytes


@dataclass(frozen=True)
class VisitReport:
    """What the crew says: `parts` is {item: quantity in base units} taken from stock, at least one signature."""

    remark: str = ""
    signed_by: str = ""
    parts: Mapping[int, Decimal] = field(default_factory=dict)
    photos: list[Upload] = field(default_factory=list)
    signature: Upload | None = None
    signed_on_paper: bool = False


@dataclass(frozen=True)
class VisitResult:
    """The one result of a visit, the same however often it was submitted."""

    visit_id: int
    number: str
    done_at: datetime
    photos: int
    parts: int


def pictures_of(report: VisitReport) -> list[tuple[str, Picture]]:
    """The pictures of a report by kind, checked and drawn anew. Raises what `submit_visit` does about them."""
    if len(report.photos) > MAX_PHOTOS:
        raise TooManyPhotos(count=len(report.photos), limit=MAX_PHOTOS)
    if report.signature is None and not (report.signed_on_paper and report.signed_by):
        raise NotSigned
    signed = [("signature", report.signature)] if report.signature else []
    sent = [("photo", photo) for photo in report.photos] + signed
    return [(kind, clean_picture(name=upload.name, content=upload.content)) for kind, upload in sent]


def result_of(visit: InstallationVisit) -> VisitResult:
    """The result of a visit that is done; two statements."""
    photos = Attachment.objects.filter(record_type=type_of(visit), record_id=visit.pk, kind="photo").count()
    assert visit.done_at is not None  # noqa: S101 - a CHECK of the table
    return VisitResult(
        visit_id=visit.pk,
        number=visit.number,
        done_at=visit.done_at,
        photos=photos,
        parts=visit.parts.values("item").distinct().count(),
    )
