"""The crew's form over HTTP: as a plain form, as a script sends it, and with links that do not open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import Attachment
from inventory.models import CostLayer, StockMove
from support.choices import UploadKind, VisitStatus
from support.errors import PictureMissing, TooManyPhotos
from support.models import InstallationVisit, Ticket, VisitPart, VisitUpload
from support.services import uploads
from support.services.uploads import forget_old_uploads, upload_picture
from support.services.visits import VisitReport, finish_visit, open_visit_link, plan_visit, revoke_link, submit_visit
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.support import SHIPPED, make_installable_order, make_report, make_visit, picture

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def phone():
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def seal():
    return make_item("SEAL")


@pytest.fixture
def visit(seal):
    warehouse = make_warehouse()
    stock_up(seal, warehouse, 10, "63.50")
    return make_visit(make_installable_order(warehouse))


def link(visit, days: int = 7) -> str:
    token = open_visit_link(visit_id=visit.pk, expires_at=timezone.now() + timedelta(days=days), by=SYSTEM)
    return reverse("support:visit_public", args=[token])


def shot(color: str = "red", name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(color).content, "image/png")


def send_ahead(phone, url: str, key: str, kind: str = "photo", color: str = "red"):
    return phone.post(f"{url}pictures/", {"key": key, "kind": kind, "picture": shot(color)}, headers=JSON)


class TestPlainForm:
    def test_the_whole_form_in_one_post_without_scripts(self, phone, visit, seal):
        url = link(visit)
        page = phone.get(url)
        assert page.status_code == 200
        assert f'name="part_{seal.pk}"' in page.text
        assert page["Referrer-Policy"] == "no-referrer"
        sent = phone.post(url, {
            "key": "k", "outcome": "all", "remark": "Left panel re-adjusted.", f"part_{seal.pk}": "2", "hours": "19.5",
            "photos": [shot("red"), shot("green"), shot("blue")], "signed_by": "Nora Field", "signature": shot("black"),
        })  # fmt: skip
        assert (sent.status_code, sent["Location"]) == (302, url)
        assert "The report is in" in phone.get(url).text
        visit.refresh_from_db()
        assert (visit.status, visit.signed_by, visit.form_data["hours"]) == ("done", "Nora Field", "19.5")
        assert (visit.parts.get().move.value, CostLayer.objects.get(item=seal).left_qty) == (Decimal("12.70"), 8)

    def test_what_is_missing_is_said_and_what_was_typed_is_kept(self, phone, visit):
        sent = phone.post(link(visit), {"outcome": "part", "remark": "Typed", "signed_on_paper": "on"})
        assert sent.status_code == 422
        for said in (
            "Say what is left to do.",
            "Add at least 3 photos.",
            "Write the name of the person who signs.",
            "Typed",
        ):
            assert said in sent.text
        visit.refresh_from_db()
        assert visit.status == VisitStatus.PLANNED

    def test_too_little_stock_is_a_refusal_with_everything_kept(self, phone, visit, seal):
        sent = phone.post(link(visit), {
            "outcome": "all", f"part_{seal.pk}": "11", "photos": [shot(), shot(), shot()], "signed_by": "Nora",
            "signed_on_paper": "on",
        })  # fmt: skip
        assert sent.status_code == 409
        assert 'value="Nora"' in sent.text
        assert not StockMove.objects.filter(kind="site_issue").exists()

    def test_a_part_that_left_the_shelf_is_not_lost_silently(self, phone, visit):
        gone = make_item("GONE")
        sent = phone.post(link(visit), {
            "outcome": "all", f"part_{gone.pk}": "1", "photos": [shot(), shot(), shot()], "signed_by": "Nora",
            "signed_on_paper": "on",
        })  # fmt: skip
        assert sent.status_code == 409

    def test_what_is_left_becomes_a_ticket(self, phone, visit):
        phone.post(link(visit), {
            "outcome": "part", "left": "Plinth, 1.2 m", "photos": [shot(), shot(), shot()], "signed_by": "Nora",
            "signed_on_paper": "on",
        })  # fmt: skip
        ticket = Ticket.objects.get()
        assert (ticket.order_id, ticket.description, ticket.owner_id) == (
            visit.order_id,
            "Plinth, 1.2 m",
            visit.order.owner_id,
        )

    def test_it_could_not_be_installed(self, phone, visit):
        url = link(visit)
        assert phone.post(url, {"outcome": "none"}).status_code == 422
        for _ in range(2):
            sent = phone.post(
                url, {"key": "k", "outcome": "none", "reason": "Wall is wet", "photos": [shot()]}, headers=JSON
            )
            assert sent.json() == {"number": visit.number, "status": "failed", "photos": 1, "parts": 0}
        visit.refresh_from_db()
        assert (visit.status, visit.remark) == ("failed", "Wall is wet")
        assert phone.post(url, {"key": "other", "outcome": "all"}, headers=JSON).status_code == 409
        assert plan_visit(order_id=visit.order_id, at=SHIPPED, by=SYSTEM).pk != visit.pk

    def test_another_language(self, phone, visit):
        url = link(visit)
        chosen = phone.get(url, {"lang": "de"})
        assert (chosen.status_code, chosen["Location"]) == (302, url)
        assert 'lang="de"' in phone.get(url).text
        assert phone.get(url, {"lang": "xx"}).status_code == 302


class TestScript:
    def test_pictures_ahead_then_the_report_sent_twice(self, phone, visit, seal):
        url = link(visit)
        for _ in range(2):
            for number, color in enumerate(("red", "green", "blue")):
                assert send_ahead(phone, url, f"photo-{number}", color=color).json() == {"key": f"photo-{number}"}
            send_ahead(phone, url, "signature-1", "signature", "black")
        assert VisitUpload.objects.count() == 4
        report = {
            "key": "phone-1", "outcome": "all", f"part_{seal.pk}": "2", "signed_by": "Nora Field", "remark": "Done",
            "sent_ahead": ["photo-0", "photo-1", "photo-2", "signature-1"],
        }  # fmt: skip
        first = phone.post(url, report, headers=JSON)
        again = phone.post(url, {**report, "key": "phone-2", "remark": "Other"}, headers=JSON)
        assert first.json() == again.json() == {"number": visit.number, "status": "done", "photos": 3, "parts": 1}
        assert (VisitPart.objects.count(), Attachment.objects.count(), VisitUpload.objects.count()) == (1, 4, 0)
        assert InstallationVisit.objects.get(pk=visit.pk).remark == "Done"
        assert send_ahead(phone, url, "late").json()["code"] == "visit_closed"

    def test_the_server_names_pictures_it_does_not_have(self, phone, visit):
        url = link(visit)
        for number in range(3):
            send_ahead(phone, url, f"photo-{number}")
        report = {"outcome": "all", "signed_by": "N", "signed_on_paper": "on"}
        sent = phone.post(url, {**report, "sent_ahead": ["photo-0", "photo-1", "lost"]}, headers=JSON)
        assert (sent.status_code, sent.json()["missing"]) == (409, ["lost"])
        assert InstallationVisit.objects.get(pk=visit.pk).status == VisitStatus.PLANNED

    def test_errors_name_their_fields(self, phone, visit):
        sent = phone.post(link(visit), {"outcome": "all"}, headers=JSON)
        assert sent.status_code == 422
        assert set(sent.json()["errors"]) == {"photos", "signed_by", "signature"}

    def test_what_is_no_picture_is_not_kept(self, phone, visit):
        url = link(visit)
        bad = SimpleUploadedFile("a.svg", b"<svg onload='x'/>", "image/svg+xml")
        assert (
            phone.post(f"{url}pictures/", {"key": "k", "kind": "photo", "picture": bad}, headers=JSON).status_code
            == 409
        )
        for data in ({"key": "k", "kind": "photo"}, {"key": "", "kind": "photo", "picture": shot()},
                     {"key": "k", "kind": "file", "picture": shot()}):  # fmt: skip
            assert phone.post(f"{url}pictures/", data, headers=JSON).status_code == 422
        assert VisitUpload.objects.count() == 0

    def test_a_link_takes_a_limited_number_of_pictures(self, phone, visit, monkeypatch):
        monkeypatch.setattr(uploads, "MOST_UPLOADS", 2)
        url = link(visit)
        assert [send_ahead(phone, url, str(n)).status_code for n in range(3)] == [200, 200, 409]

    def test_a_photo_called_signature_does_not_sign(self, phone, visit):
        url = link(visit)
        for key in ("photo-1", "photo-2", "photo-3", "signature-x"):
            send_ahead(phone, url, key)
        report = {"outcome": "all", "signed_by": "N", "sent_ahead": ["photo-1", "photo-2", "photo-3", "signature-x"]}
        assert phone.post(url, report, headers=JSON).status_code == 409

    def test_the_worker_is_a_script_of_this_form_alone(self, phone, visit):
        url = link(visit)
        worker = phone.get(f"{url}worker.js")
        assert worker["Content-Type"].startswith("text/javascript")
        assert "Service-Worker-Allowed" not in worker
        assert phone.get(reverse("support:visit_worker", args=["altered"])).status_code == 403


class TestClosedLinks:
    def test_expired_withdrawn_and_altered(self, phone, visit):
        expired, live = link(visit, days=-1), link(visit)
        altered = live[:-5] + ("A" if live[-5] != "A" else "B") + live[-4:]
        assert phone.get(expired).status_code == 410
        assert phone.get(altered).status_code == 403
        revoke_link(visit_id=visit.pk, at=timezone.now(), by=SYSTEM)
        gone = phone.get(live)
        assert gone.status_code == 410
        assert "Whom to call" in gone.text
        for url, status in ((expired, 410), (altered, 403), (live, 410)):
            for address in (url, f"{url}pictures/"):
                assert phone.post(address, {"outcome": "all", "key": "k"}, headers=JSON).status_code == status
        assert InstallationVisit.objects.get(pk=visit.pk).status == VisitStatus.PLANNED
        assert VisitUpload.objects.count() == 0

    def test_the_page_of_a_wrong_link_names_nobody(self, phone, visit):
        page = phone.get(reverse("support:visit_public", args=["altered"]))
        assert visit.number not in page.text
        assert "call the office" in page.text


class TestUploads:
    def test_kept_once_and_read_back_in_order(self, visit):
        token = link(visit).rsplit("/", 2)[1]
        wish = {"token": token, "kind": UploadKind.PHOTO, "name": "a.png", "at": timezone.now()}
        for key in ("b", "a", "b"):
            upload_picture(key=key, content=picture().content, **wish)
        assert [upload.key for upload in VisitUpload.objects.order_by("pk")] == ["b", "a"]
        with pytest.raises(PictureMissing):
            submit_visit(token=token, submission_key="k", report=VisitReport(sent_ahead=("a", "c")), at=timezone.now())

    def test_those_of_another_visit_do_not_count(self, visit):
        other = make_visit()
        token = link(other).rsplit("/", 2)[1]
        upload_picture(
            token=token, key="x", kind=UploadKind.PHOTO, name="a.png", content=picture().content, at=timezone.now()
        )
        with pytest.raises(PictureMissing):
            finish_visit(visit_id=visit.pk, report=make_report(sent_ahead=("x",)), at=SHIPPED, by=SYSTEM)

    def test_ten_photos_are_kept_however_they_came(self, visit):
        token = link(visit).rsplit("/", 2)[1]
        upload_picture(
            token=token, key="x", kind=UploadKind.PHOTO, name="a.png", content=picture().content, at=timezone.now()
        )
        with pytest.raises(TooManyPhotos):
            finish_visit(
                visit_id=visit.pk, report=make_report(sent_ahead=("x",), photos=[picture()] * 10), at=SHIPPED, by=SYSTEM
            )

    def test_left_over_ones_are_forgotten_with_their_files(self, visit, box, django_capture_on_commit_callbacks):
        token = link(visit).rsplit("/", 2)[1]
        upload_picture(
            token=token, key="x", kind=UploadKind.PHOTO, name="a.png", content=picture().content, at=timezone.now()
        )
        assert len([path for path in box.rglob("*") if path.is_file()]) == 1
        later = datetime.now(tz=UTC) + timedelta(days=60)
        with django_capture_on_commit_callbacks(execute=True):
            assert (
                forget_old_uploads(at=timezone.now()),
                forget_old_uploads(at=later),
                forget_old_uploads(at=later),
            ) == (0, 1, 0)
        assert not [path for path in box.rglob("*") if path.is_file()]
