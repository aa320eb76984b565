"""Files from outside: checked by their content, pictures drawn anew, and stored as files of a record."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import DomainError
from core.models import Attachment
from core.services.filetypes import type_of_content
from core.services.records import type_of
from core.transactions import command

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 2560
FORMATS = ("JPEG", "PNG", "WEBP")
FILE = "file"  # the kind of what people attach; other kinds belong to the papers and forms that made them
MAX_FILE_BYTES = 25 * 1024 * 1024


class NotAPicture(DomainError):
    code = "not_a_picture"
    message = _("{name} is no JPEG, PNG or WebP picture that can be read.")


class PictureTooLarge(DomainError):
    code = "picture_too_large"
    message = _("{name} is larger than {limit}.")


class FileTooLarge(DomainError):
    code = "file_too_large"
    message = _("{name} is larger than {limit}.")


class FileEmpty(DomainError):
    code = "file_empty"
    message = _("{name} is empty.")


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
    from PIL import Image, ImageOps

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


def store_file(*, record: Model, name: str, content: bytes, by: Actor) -> Attachment:
    """Attach a file to a record that `by` may see; who calls has found the record among those.

    What it is decides its content, whatever its name says; pictures are drawn anew. That is done before the
    transaction. Each call stores another file. Raises NotAllowed, FileTooLarge (25 MB), FileEmpty, FileTypeRefused
    and what `clean_picture` raises.
    """
    policy.require(by, "core.attach_file")
    name = PurePath(name.replace("\\", "/")).name.strip() or "file"
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(name=name, limit="25 MB")
    if not content:
        raise FileEmpty(name=name)
    found = type_of_content(name, content)
    if found.is_picture:
        picture = clean_picture(name=name, content=content)
    else:
        picture = Picture(name, content, found.content_type, found.extension)
    shown = f"{PurePath(name).stem[:180]}.{picture.extension}"
    return _keep_file(
        record=record, file=Picture(shown, picture.content, picture.content_type, picture.extension), by=by
    )


@command
def _keep_file(*, record: Model, file: Picture, by: Actor) -> Attachment:
    (stored,) = store_pictures(record=record, pictures=[(FILE, file)], by=by)
    return stored


@command
def delete_file(*, attachment_id: int, by: Actor) -> None:
    """Remove a file that people attached: one's own, or anybody's with the right to. A second call finds none.

    The content goes after commit. Raises NotAllowed.
    """
    attachment = Attachment.objects.select_for_update().filter(pk=attachment_id, kind=FILE).first()
    if attachment is None:
        return
    if attachment.created_by_id is None or attachment.created_by_id != by.pk:
        policy.require(by, "core.delete_file")
    else:
        policy.require(by, "core.attach_file")
    stored, name = attachment.file.storage, attachment.file.name or ""
    attachment.delete()
    transaction.on_commit(lambda: stored.delete(name), robust=True)
