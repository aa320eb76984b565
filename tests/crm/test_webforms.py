"""Web forms: how they are built, what comes in, what is held back, and that nothing counts twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed, StaleVersion
from core.models import OutboxMessage
from crm.choices import Doubt, SubmissionState
from crm.errors import NameMissing, NotAHost, NoWayToAnswer, SubmissionSettled, TooPale, WebFormFlooded
from crm.models import Lead, WebFormSubmission
from crm.services import submissions
from crm.services.persons import add_contact_point
from crm.services.submissions import delete_submission, forget_old_quarantine, release_submission
from crm.services.webforms import change_webform, create_webform, set_questions
from crm.webforms import Question, questions_of
from tests.factories.core import make_user
from tests.factories.crm import (
    MORNING,
    make_client,
    make_held_submission,
    make_person,
    make_source,
    make_submission,
    make_webform,
)

pytestmark = pytest.mark.django_db


class TestBuilding:
    def test_a_new_form_asks_the_usual_questions_at_an_address_of_its_own(self):
        first, second = make_webform(), make_webform()
        assert [question.kind for question in questions_of(first)] == ["name", "company", "email", "phone", "message"]
        assert first.key != second.key
        assert len(first.key) == 16

    def test_a_pale_colour_a_wrong_host_and_no_name_are_refused(self):
        for error, fields in (
            (TooPale, {"colour": "#ffcc00"}),
            (InvalidValue, {"colour": "red"}),
            (NotAHost, {"frame_hosts": "www.example.com/path"}),
            (NotAHost, {"frame_hosts": "'none'; script-src *"}),
            (NameMissing, {"name": "  "}),
            (InvalidValue, {"key": "chosen"}),
        ):
            with pytest.raises(error):
                create_webform(**{"name": "Form", "by": SYSTEM, **fields})

    def test_hosts_are_kept_in_the_spelling_of_the_browser(self):
        form = make_webform(frame_hosts="www.Example.com\nhttps://shop.example.com/\nwww.example.com *.example.org")
        assert form.hosts == ["https://www.example.com", "https://shop.example.com", "https://*.example.org"]

    def test_the_same_change_twice_changes_nothing_and_a_stale_one_is_refused(self):
        form = make_webform()
        changed = change_webform(webform_id=form.pk, changes={"title": "Ask us"}, by=SYSTEM, version=form.version)
        again = change_webform(webform_id=form.pk, changes={"title": "Ask us"}, by=SYSTEM)
        assert again.version == changed.version == form.version + 1
        with pytest.raises(StaleVersion):
            change_webform(webform_id=form.pk, changes={"title": "Other"}, by=SYSTEM, version=form.version)

    def test_questions_are_checked(self):
        form = make_webform()
        email = Question("email", "email")
        wrong = (
            (NoWayToAnswer, [Question("name", "name")]),
            (InvalidValue, [email, email]),
            (InvalidValue, [email, Question("q1", "text")]),
            (InvalidValue, [email, Question("q1", "choice", "Size", options=["one"])]),
            (InvalidValue, [email, Question("q1", "nothing", "What")]),
            (InvalidValue, [email, *(Question(f"q{n}", "text", "What") for n in range(20))]),
        )
        for error, questions in wrong:
            with pytest.raises(error):
                set_questions(webform_id=form.pk, questions=questions, by=SYSTEM)
        own = [email, Question("q1", "choice", "Size", options=["small", "large"])]
        assert questions_of(set_questions(webform_id=form.pk, questions=own, by=SYSTEM)) == own

    def test_who_may(self):
        form = make_webform()
        for call in (
            lambda user: create_webform(name="x", by=user),
            lambda user: change_webform(webform_id=form.pk, changes={"title": "x"}, by=user),
            lambda user: set_questions(webform_id=form.pk, questions=questions_of(form), by=user),
        ):
            with pytest.raises(NotAllowed):
                call(make_user("seller"))
            call(make_user("marketer"))

    def test_the_database_keeps_a_colour_and_one_submission_per_key(self):
        form = make_webform()
        held = make_held_submission(form)
        rows = WebFormSubmission.objects.filter(pk=held.pk)
        for change in (
            lambda: type(form).objects.filter(pk=form.pk).update(colour="red"),
            lambda: WebFormSubmission.objects.create(form=form, key=held.key, received_at=MORNING),
            lambda: rows.update(payload={"other": "text"}),
            lambda: rows.update(state="accepted"),
            lambda: rows.update(doubt=""),
        ):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                change()


class TestComingIn:
    def test_a_submission_becomes_a_lead_of_the_forms_owner_and_source(self):
        source, owner = make_source(), make_user("seller")
        form = make_webform(source_id=source.pk, owner_id=owner.pk, consent_text="You may write to me.")
        questions = [*questions_of(form), Question("budget", "budget"), Question("q1", "text", "Which room?")]
        form = set_questions(webform_id=form.pk, questions=questions, by=SYSTEM)
        said = {
            "name": "Vera", "company": "Vela", "email": "vera@vela.example", "message": "Two doors", "budget": "1500",
            "q1": "The hall", "consent": True,
        }  # fmt: skip
        raw = {**said, "utm_campaign": "SPRING26", "homepage": ""}
        sent = make_submission(form, said=said, payload=raw, utm={"campaign": "SPRING26"})
        lead = Lead.objects.get()
        assert (sent.state, sent.lead, sent.payload) == (SubmissionState.ACCEPTED, lead, raw)
        assert (lead.owner, lead.source, lead.budget) == (owner, source, Decimal(1500))
        assert lead.message == "Two doors\nWhich room?: The hall"
        assert lead.raw_payload["q1"] == "The hall"
        assert (sent.consent_text, sent.received_at) == ("You may write to me.", MORNING)

    def test_the_same_key_gives_one_lead(self):
        form = make_webform()
        first = make_submission(form, key="twice")
        again = make_submission(form, key="twice", said={"name": "Other", "email": "o@example.com"})
        assert first == again
        assert Lead.objects.count() == 1

    def test_a_known_address_is_matched_and_still_a_new_lead(self):
        client = make_client()
        person = make_person(client)
        add_contact_point(kind="email", value="ada@known.example", person_id=person.pk, by=SYSTEM)
        form = make_webform()
        for key in ("one", "two"):
            sent = make_submission(form, key=key, said={"name": "Ada", "email": "Ada@Known.example", "message": "x"})
            assert (sent.lead.client, sent.lead.person) == (client, person)
        assert Lead.objects.count() == 2

    def test_what_fails_on_the_way_is_kept_as_it_came(self, monkeypatch):
        form = make_webform()
        monkeypatch.setattr(submissions, "receive_lead", lambda **_values: 1 / 0)
        sent = make_submission(form, said={"name": "Vera", "email": "v@example.com"})
        assert (sent.state, sent.doubt, sent.payload["name"]) == ("quarantined", Doubt.FAILED, "Vera")
        monkeypatch.undo()
        released = release_submission(submission_id=sent.pk, at=MORNING, by=SYSTEM)
        assert released.lead.name == "Vera"


class TestGuard:
    def test_one_address_has_a_budget(self):
        form = make_webform()
        states = [make_submission(form, sender="same").doubt for _ in range(7)]
        assert states == ["", "", "", "", "", Doubt.SENDER, Doubt.SENDER]
        later = make_submission(form, sender="same", at=MORNING + timedelta(hours=2))
        assert later.state == SubmissionState.ACCEPTED

    def test_a_flood_from_500_addresses_fills_the_quarantine_and_not_the_inbox(self):
        form = make_webform(hourly_limit=20)
        for number in range(500):
            make_submission(form, sender=f"10.0.{number // 250}.{number % 250}")
        assert Lead.objects.count() == 20
        assert WebFormSubmission.objects.filter(state="quarantined", doubt=Doubt.FLOOD).count() == 480
        assert OutboxMessage.objects.filter(recipient__contains="vera").count() == 0
        other = make_submission(make_webform())
        assert other.state == SubmissionState.ACCEPTED

    def test_beyond_the_cap_nothing_is_stored(self, monkeypatch):
        monkeypatch.setattr(submissions, "MOST_KEPT", 3)
        form = make_webform()
        for _ in range(4):
            make_submission(form)
        with pytest.raises(WebFormFlooded):
            make_submission(form)
        assert WebFormSubmission.objects.count() == 4

    def test_no_mail_goes_to_the_sender(self, django_capture_on_commit_callbacks):
        form = make_webform(owner_id=make_user("seller").pk)
        with django_capture_on_commit_callbacks(execute=True):
            make_submission(form)
            make_held_submission(form)
        assert not OutboxMessage.objects.filter(recipient__startswith="vera").exists()


class TestQuarantine:
    def test_released_once(self):
        held = make_held_submission(make_webform())
        assert (held.state, Lead.objects.count()) == ("quarantined", 0)
        user = make_user("marketer")
        first = release_submission(submission_id=held.pk, at=MORNING, by=user)
        again = release_submission(submission_id=held.pk, at=MORNING, by=user)
        assert first.lead == again.lead == Lead.objects.get()
        assert (first.state, first.decided_by) == ("released", user)
        with pytest.raises(SubmissionSettled):
            delete_submission(submission_id=held.pk, at=MORNING, by=user)

    def test_deleted_once_and_empty_afterwards(self):
        held = make_held_submission(make_webform())
        for _ in range(2):
            gone = delete_submission(submission_id=held.pk, at=MORNING, by=make_user("marketer"))
        assert (gone.state, gone.payload, gone.sender) == ("deleted", {}, "")
        with pytest.raises(SubmissionSettled):
            release_submission(submission_id=held.pk, at=MORNING, by=SYSTEM)

    def test_a_seller_decides_nothing(self):
        held = make_held_submission(make_webform())
        for call in (release_submission, delete_submission):
            with pytest.raises(NotAllowed):
                call(submission_id=held.pk, at=MORNING, by=make_user("seller"))

    def test_after_three_months_it_is_forgotten(self):
        held, young = make_held_submission(make_webform()), make_held_submission(make_webform(), at=timezone.now())
        assert forget_old_quarantine(at=timezone.now()) == 1
        assert forget_old_quarantine(at=timezone.now()) == 0
        held.refresh_from_db()
        young.refresh_from_db()
        assert (held.state, held.payload, young.state) == ("deleted", {}, "quarantined")
