"""Cards of records: history for who may see it, one cost for any history, buttons of other apps."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.ui import panels, registers, remarks
from core.ui.panels import Act
from crm.models import Client
from tests.factories.core import make_user
from tests.ui.conftest import typed

pytestmark = pytest.mark.django_db


def test_history_shows_before_and_after_to_who_may(client, record):
    client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="Offices"))
    card = reverse("crm:client_card", args=[record.pk])
    assert "Who changed what" not in client.get(card, {"tab": "history"}).text
    client.force_login(make_user("director"))
    page = client.get(card, {"tab": "history"}).text
    assert "Hotels" in page and "Offices" in page


@pytest.mark.parametrize("remarks_count", [1, 60])
def test_a_card_costs_the_same_for_any_history(client, record, seller, django_assert_max_num_queries, remarks_count):
    for number in range(remarks_count):
        remarks.add_comment(register="crm.client", record_id=record.pk, text=f"c{number}", at=timezone.now(), by=seller)
    url = reverse("crm:client_card", args=[record.pk])
    client.get(url)
    with django_assert_max_num_queries(34):
        client.get(url)


def test_every_register_names_an_action_for_everything():
    for register in registers.everything():
        assert register.view_action, register.key
        assert register.change_action or register.form_class is None, register.key


def test_another_app_puts_a_button_into_the_head_of_a_card(client, record, monkeypatch):
    monkeypatch.setattr(panels, "_act_sources", {})

    def source(client_record, user):
        yield Act(f"Call {client_record}", "phone", "/somewhere/", tone="ok")

    panels.add_acts(Client, source)
    panels.add_acts(Client, source)
    page = client.get(reverse("crm:client_card", args=[record.pk])).text
    assert page.count('href="/somewhere/"') == 1
    assert "Call Aalto" in page
    assert "btn-ok" in page
