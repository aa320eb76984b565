"""Reminders on the screen, with what was last done about a client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import OutboxMessage
from core.ui import remarks
from crm.services.interactions import log_interaction
from finance.models import Reminder
from finance.selectors.acting import last_actions
from tests.factories.core import make_user
from tests.finance.reminding import PAGE, late, remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def accountant(client):
    user = make_user("accountant", first_name="Maria")
    client.force_login(user)
    return user


class TestPages:
    def test_the_letters_are_shown_before_they_go(self, client, accountant):
        late()
        late("Silent", mail="")
        page = client.get(PAGE).content.decode()
        assert "Send 1 reminder" in page
        assert "In all: €120.00" in page
        assert "No e-mail address is known." in page
        assert not Reminder.objects.exists()

    def test_the_same_form_sent_twice_sends_once(self, client, accountant):
        one = late()
        for _time in range(2):
            assert client.post(PAGE, {"ids": one.pk, "key": "k"}).url == "/money/receivables/"
        assert OutboxMessage.objects.count() == 1

    def test_a_second_tab_is_told_why_nobody_was_reminded(self, client, accountant):
        one = late()
        client.post(PAGE, {"ids": one.pk, "key": "first"})
        answer = client.post(PAGE, {"ids": one.pk, "key": "second"})
        assert answer.status_code == 409
        assert "Nobody was reminded" in answer.content.decode()
        assert "Reminded on" in answer.content.decode()

    def test_who_was_left_out_is_told(self, client, accountant):
        ids = [late().pk, late("Silent", mail="").pk]
        said = client.post(PAGE, {"ids": ids, "key": "k"}, follow=True).content.decode()
        assert "1 reminder is on its way." in said
        assert "1 was left out: Silent: No e-mail address is known." in said

    def test_the_receivables_offer_what_is_due_and_then_show_that_it_went(self, client, accountant):
        one = late()
        before = client.get("/money/receivables/").content.decode()
        assert "Send 1 reminder" in before
        assert f'name="ids" value="{one.pk}"' in before
        client.post(PAGE, {"ids": one.pk, "key": "k"})
        after = client.get("/money/receivables/").content.decode()
        assert "Reminder 1, " in after
        assert PAGE not in after
        assert "Reminder 1, " in client.get("/money/receivables/file/?format=csv").content.decode()

    @pytest.mark.parametrize("by", ["", "?by=entity", "?on=2026-01-01"])
    def test_every_grouping_and_day_has_its_page(self, client, accountant, by):
        late()
        assert client.get(f"/money/receivables/{by}").status_code == 200
        assert client.get(f"/money/payables/{by}").status_code == 200

    def test_the_letter_stands_in_the_timelines(self, client, accountant):
        one = late()
        remind(one, by=accountant)
        for path in (reverse("crm:client_card", args=[one.pk]), f"/money/invoices/{one.invoices.get().pk}/"):
            page = client.get(path).content.decode()
            assert "Reminder 1 to pay@example.com" in page, path

    def test_a_wrong_pause_is_the_usual_one(self, client, accountant):
        assert client.get(PAGE, {"pause": "soon"}).context["pause"] == 7
        assert client.get(PAGE, {"pause": "0"}).context["pause"] == 1


class TestLastAction:
    def test_the_newest_of_reminders_talks_and_comments(self, accountant):
        called, remarked, reminded, nothing = late("Called"), late("Remarked"), late("Reminded"), late("Nothing")
        remind(called, remarked, reminded, days_ago=2)
        yesterday = timezone.now() - timedelta(days=1)
        log_interaction(kind="call", at=yesterday, subject="Pays on Friday", client_id=called.pk, by=SYSTEM)
        remarks.add_comment(
            register="crm.client", record_id=remarked.pk, text="With the lawyer", at=timezone.now(), by=accountant
        )
        acts = last_actions([one.pk for one in (called, remarked, reminded, nothing)], accountant)
        assert (acts[called.pk].what, acts[called.pk].said) == ("Call", "Pays on Friday")
        assert (acts[remarked.pk].what, acts[remarked.pk].said) == ("Comment", "With the lawyer")
        assert acts[reminded.pk].what == "Reminder 1"
        assert nothing.pk not in acts

    def test_a_planned_call_is_no_action(self, accountant):
        one = late()
        tomorrow = timezone.now() + timedelta(days=1)
        log_interaction(kind="call", at=tomorrow, status="planned", client_id=one.pk, by=SYSTEM)
        assert last_actions([one.pk], accountant) == {}
