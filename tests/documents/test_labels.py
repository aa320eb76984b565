"""Labels and papers in batches: laid out, counted, printed in the background for those who may."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from core.actors import SYSTEM
from core.documents.batches import print_labels, print_papers
from core.documents.errors import NothingToPrint, TooManyLabels, UnknownPaper
from core.documents.facts import Label
from core.documents.labels import LabelSize, sheet_of
from core.documents.pictures import Pictures
from core.errors import NotAllowed
from core.jobs.choices import JobState
from core.models import Job
from inventory.models import Location
from tests.documents.reading import text_of
from tests.factories.core import make_user
from tests.factories.documents import lot_of, order_of, quote_of

LABELS = [Label(f"SKU-{number}", "Panel") for number in range(5)]


def content_of(job: Job) -> bytes:
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    with job.files.get().file.open("rb") as file:
        return file.read()


class TestLayout:
    def test_a_sheet_has_24_places_and_begins_where_the_last_ended(self):
        sheet = sheet_of(LABELS, size=LabelSize.SHEET24, title="x", copies=5, skip=3)
        assert [len(page) for page in sheet.pages] == [24, 24]
        assert [label.code for label in sheet.pages[0][:4]] == ["", "", "", "SKU-0"]
        assert sum(bool(label.code) for page in sheet.pages for label in page) == 25

    def test_single_labels_stand_one_to_a_page(self):
        sheet = sheet_of(LABELS, size=LabelSize.SINGLE, title="x", copies=2)
        assert len(sheet.pages[0]) == 10

    @pytest.mark.parametrize("text", ["", "Ä-1", "x" * 31, "тест"])
    def test_what_bars_cannot_say_is_said_by_a_square(self, text):
        assert Pictures().barcode(text) == ""

    def test_bars_say_what_they_are_given(self):
        pictures = Pictures()
        assert pictures.barcode("WO-2026-00001/10") == "own:code/1"
        assert pictures.barcode("WO-2026-00001/20") == "own:code/2"


class TestPrinting:
    def test_the_sizes_on_paper(self, maker, django_capture_on_commit_callbacks):
        ids = [item.pk for item in maker.items.values()]
        for size, pages, millimetres in ((LabelSize.SHEET24, 1, (210, 297)), (LabelSize.SINGLE, 12, (100, 50))):
            with django_capture_on_commit_callbacks(execute=True):
                job = print_labels(kind="inventory.item", ids=ids, size=size, copies=2, by=SYSTEM)
            content = content_of(job)
            reader = PdfReader(io.BytesIO(content))
            assert len(reader.pages) == pages
            box = reader.pages[0].mediabox
            assert (round(box.width / 72 * 25.4), round(box.height / 72 * 25.4)) == millimetres
            text = text_of(content)
            assert all(text.count(sku) >= 2 for sku in maker.items)

    def test_lots_and_places_have_labels_too(self, maker, django_capture_on_commit_callbacks):
        lot, place = lot_of(maker), Location.objects.filter(warehouse=maker.warehouse).first()
        for kind, record, code in (("inventory.lot", lot, lot.code), ("inventory.place", place, place.code)):
            with django_capture_on_commit_callbacks(execute=True):
                job = print_labels(kind=kind, ids=[record.pk], size=LabelSize.SINGLE, by=SYSTEM)
            assert code in text_of(content_of(job))

    @pytest.mark.parametrize(("change", "error"), [
        ({"ids": []}, NothingToPrint), ({"copies": 2401}, TooManyLabels), ({"kind": "sales.joy"}, UnknownPaper),
    ])  # fmt: skip
    def test_refusals(self, maker, change, error):
        wish = {"kind": "inventory.item", "ids": [1], "size": LabelSize.SINGLE, "by": SYSTEM, **change}
        with pytest.raises(error):
            print_labels(**wish)
        assert not Job.objects.exists()

    def test_who_may_not_see_items_prints_none(self, maker):
        with pytest.raises(NotAllowed):
            print_labels(kind="inventory.item", ids=[1], size=LabelSize.SINGLE, by=make_user())

    def test_many_papers_in_one_file_leave_out_what_may_not_be_made(self, maker, django_capture_on_commit_callbacks):
        orders = [order_of(maker), order_of(maker, confirmed=False, stocked=False)]
        with django_capture_on_commit_callbacks(execute=True):
            job = print_papers(kind="sales.picking_list", ids=[order.pk for order in orders], by=SYSTEM)
        assert orders[0].number in text_of(content_of(job))
        assert job.summary["Papers"] == 1
        assert "not open for delivery" in job.summary["Left out"][0]

    def test_papers_of_foreign_records_are_left_out(self, maker, django_capture_on_commit_callbacks):
        quote = quote_of(maker)
        with django_capture_on_commit_callbacks(execute=True):
            job = print_papers(kind="sales.quote", ids=[quote.pk], by=make_user("seller"))
        job.refresh_from_db()
        assert (job.state, job.summary, job.files.count()) == (JobState.DONE, {"Papers": 0}, 0)


class TestPages:
    def url(self, kind="inventory.item"):
        return reverse("core:labels", args=[kind])

    def test_the_form_shows_what_is_labelled_and_starts_the_work(self, client, maker):
        client.force_login(make_user("storekeeper"))
        item = maker.items["RD-540C"]
        page = client.get(self.url(), {"ids": item.pk}).content.decode()
        assert "RD-540C" in page
        answer = client.post(self.url(), {"ids": item.pk, "size": "single", "copies": 1, "skip": ""})
        assert answer.status_code == 302
        assert answer.url == Job.objects.get().get_absolute_url()

    @pytest.mark.parametrize("wrong", [{"size": "a3"}, {"copies": 0}, {"copies": "x"}, {"skip": 24}, {"ids": "1,b"}])
    def test_wrong_input_is_told_beside_the_field(self, client, maker, wrong):
        client.force_login(make_user("storekeeper"))
        data = {"ids": maker.items["RD-540C"].pk, "size": "single", "copies": 1, "skip": 0, **wrong}
        assert client.post(self.url(), data).status_code == 422
        assert not Job.objects.exists()

    def test_too_many_is_a_refusal(self, client, maker):
        client.force_login(make_user("storekeeper"))
        ids = ",".join(str(item.pk) for item in maker.items.values())
        assert client.post(self.url(), {"ids": ids, "size": "single", "copies": 500}).status_code == 409

    def test_unknown_kinds_and_people_without_the_right(self, client, maker):
        client.force_login(make_user())
        assert client.get(self.url("sales.joy")).status_code == 404
        assert client.get(self.url()).status_code == 403

    def test_a_batch_is_asked_for_by_a_form(self, client, maker):
        client.force_login(maker.seller)
        quote = quote_of(maker)
        url = reverse("core:paper_batch")
        answer = client.post(url, {"kind": "sales.quote", "ids": [quote.pk]})
        assert answer.url == Job.objects.get().get_absolute_url()
        assert client.post(url, {"kind": "sales.joy", "ids": [1]}).status_code == 404
        assert client.post(url, {"kind": "sales.quote"}, follow=True).status_code == 200
