"""Lists of contacts, leads and requests take as many statements for ten rows as for a thousand."""

from __future__ import annotations

import pytest
from django.urls import reverse

from crm.models import Lead, Person
from tests.factories.core import make_user
from tests.factories.crm import make_lead, make_person
from tests.ui.counting import assert_constant

pytestmark = pytest.mark.django_db
MOST = 26


def test_contacts(client):
    client.force_login(make_user("administrator"))
    make_person()

    def more(count: int) -> None:
        Person.objects.bulk_create([Person(first_name="Ada", last_name=f"Kohl {number}") for number in range(count)])

    assert_constant(client, {reverse("crm:person_list"): MOST}, more)


def test_leads_and_the_inbox(client):
    client.force_login(make_user("administrator"))
    known = make_lead()

    def more(count: int) -> None:
        Lead.objects.bulk_create(
            [
                Lead(title=f"Request {number}", received_at=known.received_at, source_id=known.source_id)
                for number in range(count)
            ]
        )

    pages = ("crm:lead_list", "crm:lead_board", "crm:inbox")
    assert_constant(client, {reverse(page): MOST for page in pages}, more)
