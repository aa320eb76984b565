"""What an uploaded file is, by its content. Its name only decides between kinds that look alike inside."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

MAX_MEMBERS = 2000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 60  # of a whole archive; ordinary documents have 9
SMALL = 1024 * 1024  # an archive that unpacks to less is no bomb, however well it is packed


class FileTypeRefused(DomainError):
    code = "file_type_refused"
    message = _("{name}: this kind of file is not taken. {allowed}")


ALLOWED = _("Taken are PDF, pictures, office documents, plain text and CSV.")


@dataclass(frozen=True)
class FileType:
    content_type: str
    extension: str

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PICTURE = FileType("image/jpeg", "jpg")
PDF = FileType("application/pdf", "pdf")
TEXT = {
    "txt": FileType("text/plain; charset=utf-8", "txt"),
    "csv": FileType("text/csv; charset=utf-8", "csv"),
    "md": FileType("text/plain; charset=utf-8", "md"),
}
OPEN_XML = {
    "word/": FileType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": FileType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": FileType("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
OPEN_DOCUMENT = {
    f"application/vnd.oasis.opendocument.{name}": extension
    for name, extension in {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}.items()
}
OLD_OFFICE = {
    "doc": FileType("application/msword", "doc"),
    "xls": FileType("application/vnd.ms-excel", "xls"),
    "ppt": FileType("application/vnd.ms-powerpoint", "ppt"),
}


def type_of_content(name: str, content: bytes) -> FileType:
    """The type of an allowed file. Raises FileTypeRefused for all others: archives, programs, pages, drawings.

    Office documents with macros are refused, and archives that would unpack to far more than they say.
    """
    extension = PurePath(name).suffix.lower().lstrip(".")
    found: FileType | None = None
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (content[:4], content[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        found = PICTURE
    elif content.startswith(b"%PDF-"):
        found = PDF
    elif content.startswith(b"PK\x03\x04"):
        found = _packed_document(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        found = None if _has_macros(content) else OLD_OFFICE.get(extension)
    elif extension in TEXT and _is_plain_text(content):
        found = TEXT[extension]
    if found is None:
        raise FileTypeRefused(name=name, allowed=ALLOWED)
    return found


def _packed_document(content: bytes) -> FileType | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
                return None
            if unpacked > SMALL and unpacked > MAX_RATIO * len(content):
                return None
            names = {member.filename for member in members}
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                return None
            if "[Content_Types].xml" in names:
                return next(
                    (kind for folder, kind in OPEN_XML.items() if any(n.startswith(folder) for n in names)), None
                )
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                return FileType(said, OPEN_DOCUMENT[said]) if said in OPEN_DOCUMENT else None
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None
    return None


def _has_macros(content: bytes) -> bool:
    return any(word.encode("utf-16-le") in content for word in ("_VBA_PROJECT", "Macros"))


def _is_plain_text(content: bytes) -> bool:
    """Text without control characters that does not begin like a page, a drawing or a program."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        return False
    if text.lstrip().lower().startswith(("<", "#!")):
        return False
    return all(ord(sign) >= 32 or sign in "\t\n\r\f" for sign in text)
