"""Pictures from outside: checked by their content, drawn anew, and stored as files of a record."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core.actors import Actor, user_or_none
from core.errors import DomainError
from core.models import Attachment
from core.services.records import type_of

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPicture(DomainError):
    code = "not_a_picture"
    message = _("{name} is no JPEG, PNG or WebP picture that can be read.")


class PictureTooLarge(DomainError):
    code = "picture_too_large"
    message = _("{name} is larger than {limit}.")


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew from what came in: nothing but pixels of it is left, no place, camera or hidden file."""

    name: str
    content: bytes
    content_type: str
    extension: str


def clean_picture(*, name: str, content: bytes) -> Picture:
    """Read a picture by its content, whatever its name says, turn it upright and draw it anew.

    With transparency it becomes PNG, else JPEG; the longer side has at most 2,560 pixels. Touches no database:
    call it before the transaction. Raises NotAPicture and PictureTooLarge (15 MB, 50 million pixels).
    """
    if len(content) > MAX_BYTES:
        raise PictureTooLarge(name=name, limit="15 MB")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise PictureTooLarge(name=name, limit="50 megapixels")
            upright = ImageOps.exif_transpose(opened)
            transparent = upright.has_transparency_data
            drawn = upright.convert("RGBA" if transparent else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture(name=name) from error
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    if transparent:
        drawn.save(out, format="PNG", optimize=True)
        return Picture(name, out.getvalue(), "image/png", "png")
    drawn.save(out, format="JPEG", quality=85)
    return Picture(name, out.getvalue(), "image/jpeg", "jpg")


def store_pictures(*, record: Model, pictures: Sequence[tuple[str, Picture]], by: Actor) -> list[Attachment]:
    """Store cleaned pictures, each with its kind, as files of a record, under random names.

    Call it as the last thing in the transaction, and `discard` what it returned when that fails: files do not
    roll back.
    """
    stored: list[Attachment] = []
    try:
        for kind, picture in pictures:
            key = uuid.uuid4()
            attachment = Attachment(
                uuid=key,
                record_type=type_of(record),
                record_id=record.pk,
                kind=kind,
                name=picture.name[:200],
                content_type=picture.content_type,
                size=len(picture.content),
                sha256=hashlib.sha256(picture.content).hexdigest(),
                created_by=user_or_none(by),
            )
            attachment.file.save(f"{key.hex}.{picture.extension}", ContentFile(picture.content), save=False)
            stored.append(attachment)
        return Attachment.objects.bulk_create(stored)
    except BaseException:
        discard(stored)
        raise


def discard(attachments: Sequence[Attachment]) -> None:
    """Remove the files of attachments whose rows were rolled back."""
    for attachment in attachments:
        with suppress(OSError):
            attachment.file.delete(save=False)
