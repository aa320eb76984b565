"""Pictures that a phone sends one by one ahead of its report: kept until the report takes them up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from core.services.attachments import Picture, clean_picture
from core.transactions import command
from support.choices import UploadKind
from support.errors import PictureMissing, TooManyPhotos, VisitClosed
from support.models import InstallationVisit, VisitUpload
from support.services.crew_links import OPEN, visit_of_link

# Retaken pictures included; the report itself takes fewer.
MOST_UPLOADS = 30
KEPT_FOR = timedelta(days=45)


def upload_picture(*, token: str, key: str, kind: UploadKind, name: str, content: bytes, at: datetime) -> VisitUpload:
    """Keep one picture of a report that is still being written; the same `key` keeps it once.

    The picture is checked and drawn anew before the transaction. Locks the visit. Raises LinkNotUsable, VisitClosed,
    TooManyPhotos, NotAPicture, PictureTooLarge.
    """
    visit = visit_of_link(token=token, at=at)
    known = VisitUpload.objects.filter(visit=visit, key=key).first()
    if known is not None:
        return known
    if visit.status not in OPEN:
        raise VisitClosed(number=visit.number, status=visit.get_status_display())
    picture = clean_picture(name=name, content=content)
    return _keep(visit_id=visit.pk, key=key, kind=kind, picture=picture)


@command
def _keep(*, visit_id: int, key: str, kind: UploadKind, picture: Picture) -> VisitUpload:
    visit = InstallationVisit.objects.locked().get(pk=visit_id)
    known = VisitUpload.objects.filter(visit=visit, key=key).first()
    if known is not None:
        return known
    if visit.uploads.count() >= MOST_UPLOADS:
        raise TooManyPhotos(count=MOST_UPLOADS + 1, limit=MOST_UPLOADS)
    upload = VisitUpload(
        visit=visit, key=key, kind=kind, name=picture.name[:200], content_type=picture.content_type,
        size=len(picture.content),
    )  # fmt: skip
    upload.file.save(f"{uuid4().hex}.{picture.extension}", ContentFile(picture.content), save=False)
    try:
        upload.save()
    except BaseException:
        upload.file.delete(save=False)
        raise
    return upload


def pictures_sent_ahead(visit: InstallationVisit, keys: Sequence[str]) -> list[tuple[str, Picture]]:
    """The kept pictures of these keys, in their order. Raises PictureMissing naming those that are not there."""
    kept = {upload.key: upload for upload in visit.uploads.filter(key__in=keys)}
    missing = [key for key in keys if key not in kept]
    if missing:
        raise PictureMissing(count=len(missing), keys=missing)
    return [(kept[key].kind, _read(kept[key])) for key in keys]


def _read(upload: VisitUpload) -> Picture:
    with upload.file.open("rb") as stored:
        content = stored.read()
    extension = "png" if upload.content_type == "image/png" else "jpg"
    return Picture(upload.name, content, upload.content_type, extension)


def forget_uploads(visit: InstallationVisit) -> None:
    """The report has its own copies: what was sent ahead goes, its files after commit."""
    _remove(list(visit.uploads.all()))


@command
def forget_old_uploads(*, at: datetime) -> int:
    """Remove what was sent ahead of reports that never came; returns how many. A second run finds none."""
    old = list(VisitUpload.objects.filter(created_at__lt=at - KEPT_FOR)[:1000])
    _remove(old)
    return len(old)


def _remove(uploads: list[VisitUpload]) -> None:
    if not uploads:
        return
    files = [(upload.file.storage, upload.file.name or "") for upload in uploads]
    VisitUpload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name), robust=True)
