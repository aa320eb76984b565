"""The public form, the editor of its questions, the card with its quarantine."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.choices import Doubt
from crm.models import Lead, WebFormSubmission
from crm.views.webform_public import stamp_for
from crm.webforms import questions_of
from tests.factories.core import make_user
from tests.factories.crm import make_held_submission, make_submission, make_webform

pytestmark = pytest.mark.django_db
SAID = {"name": "Vera", "email": "vera@example.com", "message": "Please call me"}


def address(form) -> str:
    return reverse("crm:webform_public", args=[form.key])


def old_stamp(form, seconds: float = 30) -> str:
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds)):
        return stamp_for(form)


@pytest.fixture
def form():
    return make_webform(title="Ask for an offer")


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True)


class TestPublic:
    def test_a_visitor_asks_and_reads_thanks(self, visitor, form):
        page = visitor.get(address(form), {"utm_campaign": "SPRING26"})
        assert page.status_code == 200
        assert "Ask for an offer" in page.text
        assert 'name="utm_campaign" value="SPRING26"' in page.text
        sent = visitor.post(address(form), {**SAID, "stamp": old_stamp(form), "utm_campaign": "SPRING26"})
        assert (sent.status_code, sent["Location"]) == (302, f"{address(form)}?thanks=1")
        assert "Thank you" in visitor.get(sent["Location"]).text
        lead = Lead.objects.get()
        assert (lead.email, lead.utm, lead.raw_payload["message"]) == (
            SAID["email"],
            {"campaign": "SPRING26"},
            SAID["message"],
        )

    def test_a_double_click_gives_one_lead(self, visitor, form):
        stamp = old_stamp(form)
        for _ in range(2):
            assert visitor.post(address(form), {**SAID, "stamp": stamp}).status_code == 302
        assert Lead.objects.count() == WebFormSubmission.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "doubt"),
        [
            ({"homepage": "buy now"}, Doubt.HONEYPOT),
            ({"stamp": "made up"}, Doubt.STAMP),
            ({"stamp": ""}, Doubt.STAMP),
            ({"message": "http://a http://b http://c"}, Doubt.LINKS),
        ],
    )
    def test_what_looks_like_a_machine_waits_and_reads_the_same_thanks(self, visitor, form, change, doubt):
        sent = visitor.post(address(form), {**SAID, "stamp": old_stamp(form), **change})
        assert (sent.status_code, Lead.objects.count()) == (302, 0)
        assert WebFormSubmission.objects.get().doubt == doubt

    def test_quicker_than_people_type(self, visitor, form):
        visitor.post(address(form), {**SAID, "stamp": stamp_for(form)})
        assert WebFormSubmission.objects.get().doubt == Doubt.QUICK

    def test_a_stamp_of_another_form_does_not_count(self, visitor, form):
        visitor.post(address(form), {**SAID, "stamp": old_stamp(make_webform())})
        assert WebFormSubmission.objects.get().doubt == Doubt.STAMP

    def test_without_a_stamp_the_same_content_counts_once(self, visitor, form):
        for _ in range(2):
            visitor.post(address(form), SAID)
        assert WebFormSubmission.objects.count() == 1

    def test_a_page_that_was_open_for_days_asks_to_send_once_more(self, visitor, form):
        sent = visitor.post(address(form), {**SAID, "stamp": old_stamp(form, 90_000)})
        assert sent.status_code == 422
        assert "Please call me" in sent.text
        assert WebFormSubmission.objects.count() == 0

    def test_what_is_missing_is_said_beside_the_field_and_the_rest_is_kept(self, visitor, form):
        sent = visitor.post(address(form), {**SAID, "email": "no address", "stamp": old_stamp(form)})
        assert sent.status_code == 422
        assert "f_email_error" in sent.text
        assert "Please call me" in sent.text
        assert WebFormSubmission.objects.count() == 0

    def test_consent_has_to_be_given_and_is_kept_word_for_word(self, visitor):
        form = make_webform(consent_text="You may call me about my request.")
        assert visitor.post(address(form), {**SAID, "stamp": old_stamp(form)}).status_code == 422
        visitor.post(address(form), {**SAID, "consent": "on", "stamp": old_stamp(form)})
        assert WebFormSubmission.objects.get().consent_text == "You may call me about my request."

    def test_closed_and_unknown_forms(self, visitor):
        closed = make_webform(is_active=False)
        assert visitor.get(address(closed)).status_code == 410
        assert visitor.post(address(closed), SAID).status_code == 410
        assert visitor.get("/crm/f/nothing/").status_code == 404

    def test_only_named_sites_may_frame_it(self, visitor, form):
        page = visitor.get(address(form))
        assert page["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        framed = visitor.get(address(make_webform(frame_hosts="www.example.com")))
        assert "X-Frame-Options" not in framed
        assert "frame-ancestors 'self' https://www.example.com;" in framed["Content-Security-Policy"] + ";"
        assert "script-src 'self'" in framed["Content-Security-Policy"]

    def test_the_look_is_a_style_sheet_of_one_checked_colour(self, visitor, form):
        look = visitor.get(reverse("crm:webform_look", args=[form.key]))
        assert look.content == b":root { --wform: #0e6073; }\n"
        assert look["Content-Type"].startswith("text/css")

    def test_the_address_budget_follows_the_network_and_not_a_header(self, form):
        for number in range(7):
            browser = Client(REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": f"198.51.100.{number}"})
            browser.post(address(form), {**SAID, "stamp": old_stamp(form)})
        assert Lead.objects.count() == 5
        assert WebFormSubmission.objects.filter(doubt=Doubt.SENDER).count() == 2
        assert "203.0.113.7" not in str(list(WebFormSubmission.objects.values()))


class TestEditor:
    @pytest.fixture
    def marketer(self, client):
        user = make_user("marketer")
        client.force_login(user)
        return user

    def sent(self, form, do: str, **more: str) -> dict:
        form.refresh_from_db()
        data = {"version": form.version, "do": do, "key": []}
        for question in questions_of(form):
            data["key"].append(question.key)
            data[f"kind_{question.key}"] = question.kind
            data[f"label_{question.key}"] = question.label
            if question.required:
                data[f"required_{question.key}"] = "on"
        return {**data, **more}

    def keys(self, form) -> list[str]:
        form.refresh_from_db()
        return [question.key for question in questions_of(form)]

    def test_questions_are_moved_added_and_taken_away(self, client, marketer, form):
        url = reverse("crm:webform_fields", args=[form.pk])
        assert client.post(url, self.sent(form, "up:email")).status_code == 302
        assert self.keys(form) == ["name", "email", "company", "phone", "message"]
        client.post(url, self.sent(form, "remove:phone"))
        client.post(url, self.sent(form, "add", new_kind="choice"))
        assert self.keys(form) == ["name", "email", "company", "message", "q1"]
        assert "First answer" in client.get(url).text

    def test_a_form_nobody_can_answer_is_refused_and_what_was_typed_stays(self, client, marketer, form):
        url = reverse("crm:webform_fields", args=[form.pk])
        client.post(url, self.sent(form, "remove:phone"))
        form.refresh_from_db()
        refused = client.post(url, self.sent(form, "remove:email", label_name="Who are you?"))
        assert refused.status_code == 409
        assert "Who are you?" in refused.text
        assert "email" in self.keys(form)

    def test_somebody_else_was_quicker(self, client, marketer, form):
        url = reverse("crm:webform_fields", args=[form.pk])
        old = self.sent(form, "remove:phone")
        client.post(url, self.sent(form, "up:email"))
        assert client.post(url, old).status_code == 409

    def test_the_part_for_htmx(self, client, marketer, form):
        url = reverse("crm:webform_fields", args=[form.pk])
        part = client.post(url, self.sent(form, "down:name"), headers={"HX-Request": "true"})
        assert part.status_code == 200
        assert "<html" not in part.text
        assert 'id="questions"' in part.text


class TestCard:
    def test_made_with_a_pale_colour_is_refused_beside_the_field(self, client):
        client.force_login(make_user("marketer"))
        data = {"name": "Offer", "colour": "#ffee00", "hourly_limit": "30", "is_active": "on", "key": "k"}
        refused = client.post(reverse("crm:webform_new"), data)
        assert refused.status_code == 422
        assert "at least 4.5" in refused.text
        made = client.post(reverse("crm:webform_new"), {**data, "colour": "#0E6073"})
        assert made.status_code == 302
        card = client.get(made["Location"]).text
        assert "&lt;iframe src=" in card
        assert "data:image/svg+xml" in card

    def test_quarantine_is_decided_on_the_card(self, client):
        form = make_webform()
        good, bad = make_held_submission(form), make_held_submission(form)
        client.force_login(make_user("marketer"))
        card = reverse("crm:webform_card", args=[form.pk])
        assert "Filled in a field that people do not see" in client.get(card).text
        for _ in range(2):
            client.post(reverse("crm:submission_release", args=[good.pk]))
            client.post(reverse("crm:submission_delete", args=[bad.pk]))
        assert Lead.objects.count() == 1
        page = client.get(card).text
        assert "Nothing is held back" in page
        assert re.search(r"Became leads</span><span class=\"v\">1<", page)

    def test_a_director_reads_the_figures_and_not_what_is_held_back(self, client):
        form = make_webform()
        make_held_submission(form)
        client.force_login(make_user("director"))
        page = client.get(reverse("crm:webform_card", args=[form.pk]))
        assert page.status_code == 200
        assert "In quarantine" not in page.text

    def test_the_proof_of_consent_stands_on_the_lead(self, client):
        form = make_webform(consent_text="You may call me.")
        said = {"name": "Vera", "email": "v@example.com", "message": "x", "consent": True}
        sent = make_submission(form, said=said)
        client.force_login(make_user("director"))
        assert "You may call me." in client.get(reverse("crm:lead_card", args=[sent.lead_id])).text

    def test_statements_do_not_grow_with_forms_and_submissions(self, client):
        client.force_login(make_user("marketer"))
        counts = []
        for more in (10, 990):
            form = make_webform()
            WebFormSubmission.objects.bulk_create(
                WebFormSubmission(form=form, key=f"{more}-{n}", payload={"name": "x"}, received_at=timezone.now(),
                                  state="quarantined", doubt="links") for n in range(more)
            )  # fmt: skip
            for _ in range(more // 20):
                make_webform()
            for page in (reverse("crm:webform_list"), reverse("crm:webform_card", args=[form.pk])):
                client.get(page)
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(page).status_code == 200
                counts.append(len(captured))
        assert counts[2] == counts[0] + 1  # a list of more than one page is counted besides
        assert counts[1] == counts[3]
        assert max(counts) <= 30


def test_the_embedded_address_is_the_one_visitors_open(client, settings):
    settings.SITE_URL = "https://crm.alderline.example"
    form = make_webform()
    client.force_login(make_user("marketer"))
    page = client.get(reverse("crm:webform_card", args=[form.pk])).text
    link = re.search(r'id="form-link" value="([^"]+)"', page)
    assert link
    assert link.group(1).startswith("https://crm.alderline.example")
    assert client.get(urlsplit(link.group(1)).path).status_code == 200
