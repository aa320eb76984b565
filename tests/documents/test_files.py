"""Files of records: taken by content, kept apart, never run in a browser, opened by those who may see the record."""

import io
import zipfile

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.documents.files import SHOWN_INSIDE
from core.errors import NotAllowed
from core.models import Attachment
from core.services import attachments
from core.services.attachments import FileEmpty, FileTooLarge, NotAPicture, delete_file, store_file, store_pictures
from core.services.filetypes import FileTypeRefused, type_of_content
from tests.documents.reading import files_in
from tests.factories.core import make_user
from tests.factories.crm import make_client
from tests.factories.documents import drawn_logo

PDF = b"%PDF-1.7\n%%EOF"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(200)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
HTML = b"<!doctype html><script>alert(1)</script>"


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(folder: str, **more: bytes) -> bytes:
    return packed(**{"[Content_Types].xml": b"<Types/>", f"{folder}/document.xml": b"<x/>", **more})


def open_document(kind: str) -> bytes:
    return packed(mimetype=f"application/vnd.oasis.opendocument.{kind}".encode(), **{"content.xml": b"<x/>"})


class TestKinds:
    @pytest.mark.parametrize(("name", "content", "extension"), [
        ("a.pdf", PDF, "pdf"), ("wrong-name.exe", PDF, "pdf"), ("a.docx", office("word"), "docx"),
        ("a.xlsx", office("xl"), "xlsx"), ("a.pptx", office("ppt"), "pptx"), ("a.odt", open_document("text"), "odt"),
        ("a.ods", open_document("spreadsheet"), "ods"), ("a.doc", OLD, "doc"), ("a.XLS", OLD, "xls"),
        ("a.txt", "žluťoučký".encode(), "txt"), ("a.csv", b"a;b\r\n1;2\r\n", "csv"), ("a.txt", b"caf\xe9", "txt"),
        ("a.md", b"# Notes", "md"), ("a.png", drawn_logo(), "jpg"),
    ])  # fmt: skip
    def test_taken(self, name, content, extension):
        assert type_of_content(name, content).extension == extension

    @pytest.mark.parametrize(("name", "content"), [
        ("a.svg", SVG), ("a.html", HTML), ("a.txt", HTML), ("a.txt", SVG), ("a.csv", b" \n<html>"), ("a.xml", b"<a/>"),
        ("a.txt", b"\xef\xbb\xbf<html>"), ("a.txt", b"#!/bin/sh\nrm -rf /"), ("a.txt", b"MZ\x90\x00\x03"),
        ("a.exe", b"MZ\x90\x00\x03"), ("a.zip", packed(a=b"x")), ("a.docx", packed(a=b"x")), ("a.doc", PDF[1:]),
        ("a.docm", office("word", **{"word/vbaProject.bin": b"x"})), ("a.js", b"alert(1)"), ("a", b"plain words"),
        ("a.exe", OLD), ("a.doc", OLD + "_VBA_PROJECT".encode("utf-16-le")), ("a.docx", b"PK\x03\x04 broken"),
        ("a.ods", open_document("formula")), ("a.gif", b"GIF89a"), ("a.7z", b"7z\xbc\xaf\x27\x1c"),
        ("a.xlsx", office("xl", bomb=bytes(30_000_000))),
        ("a.xlsx", office("xl", **{f"m{number}": b"" for number in range(2100)})),
    ])  # fmt: skip
    def test_refused(self, name, content):
        with pytest.raises(FileTypeRefused):
            type_of_content(name, content)


@pytest.mark.django_db
class TestStoring:
    def test_a_file_is_kept_under_a_random_name(self, box):
        file = store_file(record=make_client(), name="../../etc/Offer 2026.PDF", content=PDF, by=SYSTEM)
        (path,) = files_in(box)
        assert path.name == f"{file.uuid.hex}.pdf"
        assert (file.name, file.content_type, file.kind) == ("Offer 2026.pdf", "application/pdf", "file")

    def test_a_picture_is_drawn_anew_and_named_by_what_it_is(self):
        file = store_file(record=make_client(), name="a.exe", content=drawn_logo() + HTML, by=SYSTEM)
        assert (file.name, file.content_type) == ("a.png", "image/png")
        with file.file.open("rb") as stored:
            assert b"script" not in stored.read()

    @pytest.mark.parametrize(("content", "error"), [
        (b"", FileEmpty), (PDF + bytes(attachments.MAX_FILE_BYTES), FileTooLarge), (SVG, FileTypeRefused),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), NotAPicture),
    ])  # fmt: skip
    def test_a_refusal_leaves_nothing(self, box, content, error):
        with pytest.raises(error):
            store_file(record=make_client(), name="a.pdf", content=content, by=SYSTEM)
        assert not Attachment.objects.exists()
        assert files_in(box) == []

    def test_who_has_no_role_attaches_nothing(self):
        with pytest.raises(NotAllowed):
            store_file(record=make_client(), name="a.pdf", content=PDF, by=make_user())

    def test_deleting_takes_the_content_along(self, box, django_capture_on_commit_callbacks):
        seller = make_user("seller")
        file = store_file(record=make_client(), name="a.pdf", content=PDF, by=seller)
        with pytest.raises(NotAllowed):
            delete_file(attachment_id=file.pk, by=make_user("seller"))
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                delete_file(attachment_id=file.pk, by=seller)
        assert files_in(box) == []

    def test_others_files_go_with_the_right_to(self):
        file = store_file(record=make_client(), name="a.pdf", content=PDF, by=make_user("seller"))
        delete_file(attachment_id=file.pk, by=make_user("director"))
        assert not Attachment.objects.exists()

    def test_pictures_of_forms_and_papers_are_not_deleted_here(self):
        picture = attachments.clean_picture(name="a.png", content=drawn_logo())
        (kept,) = store_pictures(record=make_client(), pictures=[("signature", picture)], by=SYSTEM)
        delete_file(attachment_id=kept.pk, by=SYSTEM)
        assert Attachment.objects.get() == kept


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def seller(self):
        return make_user("seller")

    @pytest.fixture
    def record(self, seller):
        return make_client(owner=seller)

    def post(self, client, to, content=PDF, name="a.pdf", headers=None, **change):
        upload = io.BytesIO(content)
        upload.name = name
        data = {"type": "crm.client", "record": to.pk, "file": upload, **change}
        return client.post(reverse("core:file_new"), data, headers=headers or {})

    def test_attached_files_stand_in_the_box(self, client, seller, record):
        client.force_login(seller)
        part = self.post(client, record, name="Offer.pdf", headers={"HX-Request": "true"})
        assert part.status_code == 200
        text = part.content.decode()
        assert "Offer.pdf" in text
        assert 'id="files-panel"' in text
        assert "<html" not in text
        assert self.post(client, record).status_code == 302

    def test_a_refusal_keeps_the_box_and_tells_why(self, client, seller, record):
        client.force_login(seller)
        answer = self.post(client, record, SVG, "a.svg", headers={"HX-Request": "true"})
        assert answer.status_code == 409
        assert "this kind of file is not taken" in answer.content.decode()
        missing = self.post(client, record, headers={"HX-Request": "true"}, file="")
        assert missing.status_code == 422

    @pytest.mark.parametrize(("name", "content", "inside"), [
        ("a.pdf", PDF, False), ("a.txt", b"words", False), ("a.png", drawn_logo(), True),
        ("a.docx", office("word"), False),
    ])  # fmt: skip
    def test_only_pictures_open_inside_the_page(self, client, seller, record, name, content, inside):
        client.force_login(seller)
        file = store_file(record=record, name=name, content=content, by=seller)
        answer = client.get(reverse("core:file", args=[file.uuid]))
        assert answer["Content-Disposition"].startswith("inline" if inside else "attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert client.get(reverse("core:file", args=[file.uuid]) + "?download")["Content-Disposition"].startswith("att")

    def test_pages_and_drawings_are_never_shown_even_when_they_got_in(self, client, seller, record):
        assert SHOWN_INSIDE == {"image/jpeg", "image/png"}
        client.force_login(seller)
        file = store_file(record=record, name="a.pdf", content=PDF, by=seller)
        for kind in ("image/svg+xml", "text/html"):
            Attachment.objects.filter(pk=file.pk).update(content_type=kind, name="a.svg")
            answer = client.get(reverse("core:file", args=[file.uuid]))
            assert answer["Content-Disposition"].startswith("attachment")

    def test_files_of_foreign_records_are_not_found(self, client, seller, record):
        file = store_file(record=record, name="a.pdf", content=PDF, by=seller)
        for stranger in (make_user("seller"), make_user("operator"), make_user()):
            client.force_login(stranger)
            assert client.get(reverse("core:file", args=[file.uuid])).status_code == 404
            assert client.post(reverse("core:file_delete", args=[file.uuid])).status_code in (403, 404)
            assert self.post(client, record).status_code in (403, 404)
        assert Attachment.objects.count() == 1

    def test_a_lost_file_is_not_found(self, client, seller, record):
        client.force_login(seller)
        file = store_file(record=record, name="a.pdf", content=PDF, by=seller)
        file.file.storage.delete(file.file.name)
        assert client.get(reverse("core:file", args=[file.uuid])).status_code == 404

    @pytest.mark.parametrize("change", [
        {"type": "crm.nothing"}, {"type": "core.user"}, {"type": "auth.permission"}, {"type": "x"}, {"record": "x"},
        {"record": "9" * 30}, {"record": "0"},
    ])  # fmt: skip
    def test_nonsense_is_not_found(self, client, seller, record, change):
        client.force_login(seller)
        assert self.post(client, record, **change).status_code == 404

    def test_others_files_are_deleted_only_with_the_right(self, client, seller, record):
        file = store_file(record=record, name="a.pdf", content=PDF, by=SYSTEM)
        client.force_login(seller)
        assert client.post(reverse("core:file_delete", args=[file.uuid])).status_code == 403
        client.force_login(make_user("director"))
        assert client.post(reverse("core:file_delete", args=[file.uuid])).status_code == 302
        assert not Attachment.objects.exists()
