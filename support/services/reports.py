"""What a crew reports about a visit, and the one result it gets back. Used by `visits`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.models import Attachment
from core.quantities import show
from core.services.attachments import Picture, clean_picture
from core.services.records import type_of
from support.errors import NotSigned, TooManyPhotos
from support.models import InstallationVisit
from support.services.uploads import pictures_sent_ahead

MAX_PHOTOS = 10


@dataclass(frozen=True)
class Upload:
    """A file as it came; its name is only shown, its content decides what it is."""

    name: str
    content: bytes


@dataclass(frozen=True)
class VisitReport:
    """What the crew says: `parts` is {item: quantity in base units} taken from stock, at least one signature.

    `sent_ahead` are the keys of pictures that the phone uploaded before (`uploads`), the signature among them.
    `left` says what is still to be done: a ticket is opened for it.
    """

    remark: str = ""
    signed_by: str = ""
    parts: Mapping[int, Decimal] = field(default_factory=dict)
    photos: list[Upload] = field(default_factory=list)
    signature: Upload | None = None
    signed_on_paper: bool = False
    sent_ahead: tuple[str, ...] = ()
    left: str = ""
    serials: str = ""
    hours: Decimal | None = None

    def told(self) -> dict[str, Any]:
        """What is said beside remark, parts and pictures, in plain values; nothing for what was left empty."""
        hours = show(self.hours) if self.hours else ""
        said = {"left": self.left, "serials": self.serials, "hours": hours}
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class VisitResult:
    """The one result of a visit, the same however often it was submitted. One that failed has no `done_at`."""

    visit_id: int
    number: str
    done_at: datetime | None
    photos: int
    parts: int
    status: str = "done"


def pictures_of(report: VisitReport, visit: InstallationVisit) -> list[tuple[str, Picture]]:
    """The pictures of a report by kind, checked and drawn anew. Raises what `submit_visit` does about them."""
    ahead = pictures_sent_ahead(visit, report.sent_ahead)
    count = len(report.photos) + sum(kind == "photo" for kind, _picture in ahead)
    if count > MAX_PHOTOS:
        raise TooManyPhotos(count=count, limit=MAX_PHOTOS)
    is_drawn = report.signature is not None or any(kind == "signature" for kind, _picture in ahead)
    if not is_drawn and not (report.signed_on_paper and report.signed_by):
        raise NotSigned
    return [*ahead, *_drawn_anew("photo", report.photos), *_drawn_anew("signature", [report.signature])]


def photos_of(report: VisitReport, visit: InstallationVisit) -> list[tuple[str, Picture]]:
    """The pictures of a visit that came to nothing: nobody signs."""
    ahead = [(kind, picture) for kind, picture in pictures_sent_ahead(visit, report.sent_ahead) if kind == "photo"]
    if len(report.photos) + len(ahead) > MAX_PHOTOS:
        raise TooManyPhotos(count=len(report.photos) + len(ahead), limit=MAX_PHOTOS)
    return [*ahead, *_drawn_anew("photo", report.photos)]


def _drawn_anew(kind: str, uploads: list[Any]) -> list[tuple[str, Picture]]:
    return [(kind, clean_picture(name=one.name, content=one.content)) for one in uploads if one is not None]


def result_of(visit: InstallationVisit) -> VisitResult:
    """The result of a visit that is over; two statements."""
    photos = Attachment.objects.filter(record_type=type_of(visit), record_id=visit.pk, kind="photo").count()
    return VisitResult(
        visit_id=visit.pk,
        number=visit.number,
        done_at=visit.done_at,
        photos=photos,
        parts=visit.parts.values("item").distinct().count(),
        status=visit.status,
    )
