"""Checks of a step: written with the recipe, noted at the machine, and no step is finished without them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.actors import SYSTEM
from core.errors import NotAllowed
from production import checkwords, errors
from production.models import BOM, BOMCheck, CheckNote, Operation
from production.selectors.checks import checks_of
from production.services.recipes import CheckDraft, PartDraft, StepDraft, activate_bom, create_bom, rewrite_bom
from production.services.work import count_pieces, finish_operation, note_check, report_time, start_operation
from tests.api.client import Caller
from tests.factories.core import make_user
from tests.factories.inventory import make_item
from tests.factories.production import make_center, make_plant, make_work_order

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 19, 8, tzinfo=UTC)
GLUE = CheckDraft("Glue temperature 190 to 200 °C", "°C")
FIRST = CheckDraft("First piece against the drawing")
SAMPLE = CheckDraft("Edge sample", after_pieces=2)
LATE = CheckDraft("Every hundredth", after_pieces=100)


@pytest.fixture
def dan():
    return make_user("operator", first_name="Dan")


@pytest.fixture
def cut(db: None) -> Operation:
    """The first step of an order of three pieces, whose recipe asks for four checks."""
    return made_cut()


def made_cut() -> Operation:
    plant = make_plant()
    bom = BOM.objects.get(item=plant.product)
    for number, one in enumerate([GLUE, FIRST, SAMPLE, LATE], start=1):
        BOMCheck.objects.create(
            operation=bom.operations.get(sequence=10), position=number, text=one.text, unit=one.unit,
            after_pieces=one.after_pieces,
        )  # fmt: skip
    work = make_work_order(3, plant=plant)
    return Operation.objects.select_related("work_order").get(work_order=work, center__code="CUT")


def known(cut: Operation):
    cut.refresh_from_db()
    return checks_of([cut]).get(cut.pk, [])


def note(cut, number, by, key="k", **more):
    return note_check(operation_id=cut.pk, check_id=known(cut)[number].pk, at=START, by=by, key=key, **more)


class TestWords:
    def test_lines_are_read_and_written_back(self):
        words = "Glue temperature 190 to 200 °C [°C]\n\n First  piece against the drawing \nEdge sample @2"
        assert checkwords.read(words) == (GLUE, FIRST, SAMPLE)
        assert checkwords.read(checkwords.written([GLUE, FIRST, SAMPLE])) == (GLUE, FIRST, SAMPLE)
        assert checkwords.read("Depth [mm] @5") == (CheckDraft("Depth", "mm", 5),)
        assert checkwords.read("") == ()

    @pytest.mark.parametrize(
        "words",
        [
            "[°C]",
            "x" * 121,
            "Depth []",
            "Depth [a very long unit]",
            "Sample @0",
            "Same\nsame",
            "\n".join("abcdefghijklm"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, words):
        with pytest.raises(ValidationError):
            checkwords.read(words)


class TestRecipe:
    def test_checks_are_written_with_the_steps_and_copied_to_the_next_version(self):
        item, center = make_item(), make_center()
        steps = [StepDraft(center.pk, Decimal(5), checks=(GLUE, SAMPLE))]
        bom = create_bom(item_id=item.pk, parts=[PartDraft(make_item().pk, Decimal(1))], steps=steps, by=SYSTEM)
        row = bom.operations.get()
        assert [(one.text, one.unit, one.after_pieces) for one in row.checks.order_by("position")] == [
            (GLUE.text, "°C", None), (SAMPLE.text, "", 2),
        ]  # fmt: skip
        assert StepDraft.like(row).checks == (GLUE, SAMPLE)
        rewrite_bom(
            bom_id=bom.pk, parts=[], steps=[StepDraft(center.pk, Decimal(5), checks=(FIRST,))], by=SYSTEM,
            batch_qty=Decimal(1),
        )  # fmt: skip
        assert list(BOMCheck.objects.values_list("text", flat=True)) == [FIRST.text]
        activate_bom(bom_id=bom.pk, by=SYSTEM)

    def test_the_database_wants_words(self):
        item, center = make_item(), make_center()
        bom = create_bom(item_id=item.pk, parts=[], steps=[StepDraft(center.pk, Decimal(5))], by=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            BOMCheck.objects.create(operation=bom.operations.get(), position=1, text="")


@pytest.fixture(scope="class")
def cut_of_class(kept_by_class: None) -> Operation:
    return made_cut()


class TestNotes:
    @pytest.fixture
    def cut(self, cut_of_class: Operation, db: None) -> Operation:
        return Operation.objects.select_related("work_order").get(pk=cut_of_class.pk)

    def test_what_is_asked_of_more_pieces_is_not_asked(self, cut):
        assert [one.asked.text for one in known(cut)] == [GLUE.text, FIRST.text, SAMPLE.text]
        assert [one.waits_for for one in known(cut)] == [0, 0, 2]

    def test_a_sample_is_due_when_the_pieces_are_there(self, cut, dan):
        start_operation(operation_id=cut.pk, at=START, by=dan)
        count_pieces(operation_id=cut.pk, good=Decimal(2), at=START, by=dan, key="g")
        assert known(cut)[2].waits_for == 0

    def test_who_looked_and_what_he_measured_is_kept(self, cut, dan):
        note(cut, 0, dan, value=Decimal("196"))
        kept = known(cut)[0]
        assert kept.is_done
        assert (kept.note.value, kept.note.by, kept.note.occurred_at) == (Decimal(196), dan, START)

    def test_the_same_key_notes_once(self, cut, dan):
        first = note(cut, 1, dan)
        assert note(cut, 1, dan) == first
        assert CheckNote.objects.count() == 1

    def test_it_can_be_taken_back_and_every_note_stays(self, cut, dan):
        note(cut, 1, dan, "a")
        note(cut, 1, dan, "b", is_done=False)
        assert not known(cut)[1].is_done
        assert CheckNote.objects.count() == 2
        with pytest.raises(InternalError), transaction.atomic():
            CheckNote.objects.all().delete()

    @pytest.mark.parametrize("value", [None, Decimal("NaN"), Decimal(10) ** 9])
    def test_a_measured_check_wants_its_value(self, cut, dan, value):
        with pytest.raises(errors.ValueMissing, match="°C"):
            note(cut, 0, dan, value=value)

    def test_a_check_of_something_else_is_refused(self, cut, dan):
        with pytest.raises(errors.NotACheckOfIt):
            note_check(operation_id=cut.pk, check_id=0, at=START, by=dan, key="k")

    def test_what_is_due_stands_on_top_at_the_machine(self, cut, dan, client):
        note(cut, 0, dan, value=Decimal(195))
        client.force_login(dan)
        page = client.get(reverse("production:floor_center", args=[cut.center_id]))
        assert [check.asked.text for check in page.context["kiosk"].checks] == [FIRST.text, SAMPLE.text, GLUE.text]

    def test_sellers_do_not_check(self, cut):
        with pytest.raises(NotAllowed):
            note(cut, 1, make_user("seller"))


class TestFinish:
    def test_a_step_is_not_finished_before_all_is_checked(self, cut, dan):
        start_operation(operation_id=cut.pk, at=START, by=dan)
        note(cut, 0, dan, "a", value=Decimal(196))
        later = START + timedelta(minutes=30)
        with pytest.raises(errors.ChecksOpen, match=f"{FIRST.text}, {SAMPLE.text}"):
            finish_operation(operation_id=cut.pk, at=later, by=dan)
        with pytest.raises(errors.ChecksOpen):
            report_time(operation_id=cut.pk, minutes=Decimal(5), at=later, by=dan, key="t")
        report_time(operation_id=cut.pk, minutes=Decimal(5), at=later, by=dan, key="t", finished=False)
        note(cut, 1, dan, "b")
        note(cut, 2, dan, "c")
        assert finish_operation(operation_id=cut.pk, at=later, by=dan).status == "done"
        with pytest.raises(errors.OperationDone):
            note(cut, 1, dan, "d", is_done=False)


class TestApi:
    def test_a_recipe_tells_the_checks_of_its_steps(self, cut, django_assert_num_queries):
        caller, bom = Caller("production_lead"), cut.work_order.bom_id
        known = caller.get(f"/boms/{bom}/").json()["operations"]
        assert [one["checks"] for one in known if one["id"] != known[0]["id"]] == [[]] * (len(known) - 1)
        words = ("position", "text", "unit", "after_pieces")
        assert [tuple(check[word] for word in words) for check in known[0]["checks"]] == [
            (1, "Glue temperature 190 to 200 °C", "°C", None),
            (2, "First piece against the drawing", "", None),
            (3, "Edge sample", "", 2),
            (4, "Every hundredth", "", 100),
        ]
        with CaptureQueriesContext(connection) as few:
            caller.get(f"/boms/{bom}/")
        step = BOMCheck.objects.first().operation
        BOMCheck.objects.bulk_create(
            BOMCheck(operation=step, position=number, text=f"Look {number}") for number in range(10, 60)
        )
        with django_assert_num_queries(len(few)):
            assert len(caller.get(f"/boms/{bom}/").json()["operations"][0]["checks"]) == 54
        assert "operations" not in caller.get("/boms/").json()["data"][0], "only with a single record"

    def test_a_step_of_a_work_order_tells_what_was_noted(self, cut, dan):
        start_operation(operation_id=cut.pk, at=START, by=dan)
        note(cut, 0, dan, value=Decimal(195))
        (noted,) = Caller("production_lead").get(f"/operations/{cut.pk}/").json()["check_notes"]
        assert (noted["bom_check_id"], noted["is_done"], noted["value"]) == (known(cut)[0].pk, True, "195.000")
        assert noted["by_id"] == dan.pk

    def test_the_document_names_them(self):
        parts = Caller("production_lead").get("/openapi.json").json()["components"]["schemas"]
        assert set(parts["BomsOperationsChecks"]["properties"]) == {"id", "position", "text", "unit", "after_pieces"}
        assert parts["BomsOperations"]["properties"]["checks"]["items"]["$ref"].endswith("/BomsOperationsChecks")
