"""Editing a record: saved, taken back, stale forms, guarded fields; one fact in place; drafts."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.models import Draft, UndoStep
from tests.factories.core import make_user
from tests.factories.crm import make_client
from tests.factories.sales import make_deal
from tests.ui.conftest import typed

pytestmark = pytest.mark.django_db


class TestEditing:
    def test_a_change_is_saved_and_can_be_taken_back(self, client, record):
        url = reverse("crm:client_edit", args=[record.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, typed(record, industry="Offices")).status_code == 302
        record.refresh_from_db()
        assert record.industry == "Offices"
        step = UndoStep.objects.get()
        client.post(reverse("core:undo", args=[step.uuid]))
        record.refresh_from_db()
        assert record.industry == "Hotels"
        client.post(reverse("core:undo", args=[step.uuid]))  # a second time changes nothing
        record.refresh_from_db()
        assert record.industry == "Hotels"

    def test_nobody_takes_back_what_another_did(self, client, record):
        client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="Offices"))
        client.force_login(make_user("director"))
        client.post(reverse("core:undo", args=[UndoStep.objects.get().uuid]))
        record.refresh_from_db()
        assert record.industry == "Offices"

    def test_what_somebody_changed_since_stays(self, client, record):
        client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="Offices"))
        record.refresh_from_db()
        record.industry = "Schools"
        record.save()
        client.post(reverse("core:undo", args=[UndoStep.objects.get().uuid]))
        record.refresh_from_db()
        assert record.industry == "Schools"

    def test_both_values_of_a_conflict_are_written_alike(self, client):
        client.force_login(make_user("administrator"))
        deal = make_deal(amount=900)
        url = reverse("sales:deal_edit", args=[deal.pk])
        form = client.get(url).context["form"]
        old = {field.html_name: field.value() or "" for field in form} | {"version": deal.version, "amount": "10000"}
        deal.amount = 990
        deal.save()
        answer = client.post(url, old)
        assert answer.status_code == 409
        assert "€990.00" in answer.text and "€10,000.00" in answer.text

    def test_a_wrong_form_keeps_what_was_typed(self, client, record):
        answer = client.post(
            reverse("crm:client_edit", args=[record.pk]), typed(record, name="", industry="Typed words")
        )
        assert answer.status_code == 422
        assert "Typed words" in answer.text
        record.refresh_from_db()
        assert record.industry == "Hotels"

    def test_a_stale_form_brings_both_values(self, client, record):
        old = typed(record, industry="Mine")
        record.industry = "Theirs"
        record.save()
        answer = client.post(reverse("crm:client_edit", args=[record.pk]), old)
        assert answer.status_code == 409
        assert "Theirs" in answer.text and "Mine" in answer.text
        record.refresh_from_db()
        assert record.industry == "Theirs"
        answer = client.post(reverse("crm:client_edit", args=[record.pk]), {**old, "version": record.version})
        record.refresh_from_db()
        assert (answer.status_code, record.industry) == (302, "Mine")

    def test_a_refusal_of_the_service_stands_in_the_form(self, client, record, monkeypatch):
        from crm.errors import NameMissing

        def refuse(**_kwargs):
            raise NameMissing()

        monkeypatch.setattr("crm.registers.clients.change_client", refuse)
        answer = client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="X"))
        assert answer.status_code == 409
        assert str(NameMissing()) in answer.text

    def test_a_foreign_record_is_unknown(self, client, seller):
        foreign = make_client(owner=make_user("seller"))
        for page in ("card", "edit"):
            assert client.get(reverse(f"crm:client_{page}", args=[foreign.pk])).status_code == 404
        assert client.get(reverse("crm:client_field", args=[foreign.pk, "industry"])).status_code == 404
        assert client.post(reverse("crm:client_bin", args=[foreign.pk])).status_code == 404

    def test_one_who_may_only_look_is_refused(self, client):
        client.force_login(make_user("marketer"))
        record = make_client(name="A")
        assert client.get(reverse("crm:client_card", args=[record.pk])).status_code == 200
        assert client.post(reverse("crm:client_edit", args=[record.pk]), typed(record)).status_code == 403

    def test_a_guarded_field_cannot_be_written_either(self, client):
        accountant_less = make_user("purchaser")
        client.force_login(accountant_less)
        record = make_client(name="A", credit_limit=7319)
        page = client.get(reverse("crm:client_edit", args=[record.pk]))
        assert "7319" not in page.text
        client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, credit_limit="1"))
        record.refresh_from_db()
        assert record.credit_limit == 7319


class TestOneFact:
    def test_it_is_changed_in_place(self, client, record):
        url = reverse("crm:client_field", args=[record.pk, "industry"])
        form = client.get(url, headers={"HX-Request": "true"})
        assert 'name="industry"' in form.text and "<html" not in form.text
        answer = client.post(url, {"industry": "Offices", "version": record.version}, headers={"HX-Request": "true"})
        assert (answer.status_code, "Offices" in answer.text) == (200, True)
        record.refresh_from_db()
        assert record.industry == "Offices"

    def test_without_scripts_it_is_a_page_of_its_own(self, client, record):
        url = reverse("crm:client_field", args=[record.pk, "industry"])
        assert "<html" in client.get(url).text
        assert client.post(url, {"industry": "Offices", "version": record.version}).status_code == 302

    def test_a_stale_one_is_refused_beside_the_field(self, client, record):
        record.save()
        url = reverse("crm:client_field", args=[record.pk, "industry"])
        answer = client.post(url, {"industry": "X", "version": record.version - 1}, headers={"HX-Request": "true"})
        assert answer.status_code == 409
        record.refresh_from_db()
        assert record.industry == "Hotels"

    def test_a_field_nobody_offers_is_not_written(self, client, record):
        url = reverse("crm:client_field", args=[record.pk, "version"])
        assert client.post(url, {"version": "99"}, headers={"HX-Request": "true"}).status_code == 403


class TestDrafts:
    def test_what_was_typed_is_offered_again(self, client, seller):
        client.post(
            reverse("core:draft"), {"draft_form": "crm.client:new", "name": "Half a na", "csrfmiddlewaretoken": "x"}
        )
        assert Draft.objects.get().data == {"name": ["Half a na"]}
        assert "Half a na" in client.get(reverse("crm:client_new")).text

    def test_a_sent_form_leaves_no_draft(self, client, seller):
        client.post(reverse("core:draft"), {"draft_form": "crm.client:new", "name": "Nova"})
        client.post(reverse("crm:client_new"), {"name": "Nova", "language": "en", "key": "k"})
        assert not Draft.objects.exists()

    def test_drafts_are_ones_own(self, client, seller):
        client.post(reverse("core:draft"), {"draft_form": "crm.client:new", "name": "Secret plan"})
        client.force_login(make_user("seller"))
        assert "Secret plan" not in client.get(reverse("crm:client_new")).text
