import io

import pytest
from PIL import Image

from core.actors import SYSTEM
from core.models import Attachment
from core.services import attachments
from core.services.attachments import NotAPicture, PictureTooLarge, clean_picture, store_pictures
from tests.factories.core import make_branch, make_user


def drawn(kind: str = "PNG", *, size=(4, 3), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(out, format=kind, **options)
    return out.getvalue()


@pytest.fixture
def box(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(box) -> list:
    return sorted(path for path in box.rglob("*") if path.is_file())


class TestCleaning:
    @pytest.mark.parametrize(("kind", "mode", "becomes"), [
        ("PNG", "RGB", "image/jpeg"), ("JPEG", "RGB", "image/jpeg"), ("WEBP", "RGB", "image/jpeg"),
        ("PNG", "RGBA", "image/png"), ("PNG", "P", "image/jpeg"), ("PNG", "L", "image/jpeg"),
    ])  # fmt: skip
    def test_pictures_are_drawn_anew(self, kind, mode, becomes):
        picture = clean_picture(name="a.png", content=drawn(kind, mode=mode))
        assert picture.content_type == becomes
        assert Image.open(io.BytesIO(picture.content)).size == (4, 3)

    def test_nothing_but_pixels_is_left(self):
        exif = Image.Exif()
        exif[0x010F], exif[0x0112] = "SECRET CAMERA", 6  # maker; turned by 90 degrees
        content = drawn("JPEG", exif=exif) + b"<script>alert(1)</script>"
        picture = clean_picture(name="a.jpg", content=content)
        again = Image.open(io.BytesIO(picture.content))
        assert (again.size, dict(again.getexif())) == ((3, 4), {})
        assert b"SECRET" not in picture.content
        assert b"script" not in picture.content

    def test_large_ones_shrink(self):
        picture = clean_picture(name="a.png", content=drawn(size=(5000, 10)))
        assert Image.open(io.BytesIO(picture.content)).width == attachments.LONGEST_SIDE

    @pytest.mark.parametrize("content", [
        b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", drawn()[:40], drawn("GIF", mode="P"),
        drawn("TIFF"), b"\x89PNG\r\n\x1a\n" + bytes(200), bytes(range(256)) * 2,
    ])  # fmt: skip
    def test_everything_else_is_refused(self, content):
        with pytest.raises(NotAPicture):
            clean_picture(name="photo.jpg", content=content)

    def test_bombs_are_refused(self, monkeypatch):
        monkeypatch.setattr(attachments, "MAX_PIXELS", 100)
        with pytest.raises(PictureTooLarge):
            clean_picture(name="a.png", content=drawn(size=(20, 20)))
        monkeypatch.setattr(attachments, "MAX_BYTES", 10)
        with pytest.raises(PictureTooLarge):
            clean_picture(name="a.png", content=drawn())


@pytest.mark.django_db
class TestStoring:
    def test_files_get_random_names_and_keep_what_they_were_called(self, box):
        user, branch = make_user(), make_branch()
        picture = clean_picture(name="../../etc/passwd.png", content=drawn())
        (stored,) = store_pictures(record=branch, pictures=[("photo", picture)], by=user)
        row = Attachment.objects.get()
        assert (row.record, row.kind, row.name, row.created_by) == (branch, "photo", "../../etc/passwd.png", user)
        (path,) = files(box)
        assert path.stem == stored.uuid.hex == row.uuid.hex
        assert path.read_bytes() == picture.content
        assert row.size == len(picture.content)

    def test_when_storing_fails_no_file_is_left(self, box, monkeypatch):
        def fail(rows):
            raise OSError("disk full")

        monkeypatch.setattr(Attachment.objects, "bulk_create", fail)
        picture = clean_picture(name="a.png", content=drawn())
        with pytest.raises(OSError, match="disk full"):
            store_pictures(record=make_branch(), pictures=[("photo", picture)] * 2, by=SYSTEM)
        assert files(box) == []
