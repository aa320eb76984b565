"""A record that a link has chosen stays chosen where many newer ones exist."""

import pytest
from django.urls import reverse
from lxml import html

from core.ui.fields import RecordSelect
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return make_user("seller")


@pytest.fixture
def oldest(client, seller):
    client.force_login(seller)
    made = make_client(name="The first of many", owner=seller)
    for _number in range(RecordSelect.OFFERED + 1):
        make_client(owner=seller)
    return made


def chosen(page) -> str:
    return html.fromstring(page.content.decode()).get_element_by_id("record-form").fields["client"]


def test_the_client_of_whose_card_a_deal_begins_is_chosen(client, oldest):
    page = client.get(reverse("sales:deal_new"), {"client": oldest.pk})
    assert chosen(page) == str(oldest.pk)


def test_what_was_chosen_stays_when_the_form_comes_back(client, oldest):
    page = client.post(reverse("sales:deal_new"), {"client": oldest.pk, "name": ""})
    assert page.status_code == 422
    assert chosen(page) == str(oldest.pk)
