"""The fields of an empty form are written once for a user, and anew as soon as they would offer something else."""

from __future__ import annotations

import re

import pytest
from crispy_forms.helper import FormHelper
from django.urls import reverse

from core import setup
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(client, monkeypatch):
    """Open the empty form of a person as somebody; `form.written` counts how often its fields were written."""
    written: list[int] = []
    real = FormHelper.render_layout
    monkeypatch.setattr(FormHelper, "render_layout", lambda *args, **more: written.append(1) or real(*args, **more))

    def ask(user, query: str = "") -> str:
        setup.forget()
        client.force_login(user)
        return client.get(reverse("crm:person_new") + query).content.decode()

    ask.written = written
    return ask


def test_the_fields_are_written_once_and_the_key_is_new_each_time(form):
    user = make_user("administrator")
    first, second = form(user), form(user)
    assert len(form.written) == 1
    keys = [re.search(r'name="key" value="([^"]+)"', page)[1] for page in (first, second)]
    assert keys[0] != keys[1]
    assert first.count("<input") == second.count("<input") > 5


def test_a_new_choice_and_a_colleague_are_offered_at_once(form):
    user = make_user("administrator")
    form(user)
    make_user("seller", first_name="Greta", last_name="Nilsson")
    assert "Greta Nilsson" in form(user)
    make_client(name="Alder Works")
    assert "Alder Works" in form(user)


def test_what_the_address_says_stands_in_the_form_and_in_no_other(form):
    user = make_user("administrator")
    form(user)
    assert 'value="Nora"' in form(user, "?first_name=Nora")
    assert 'value="Nora"' not in form(user)


def test_what_was_typed_comes_back_and_stays_out_of_the_empty_form(form, client):
    user = make_user("administrator")
    form(user)
    answer = client.post(reverse("crm:person_new"), {"first_name": "Nora", "last_name": "", "email": "no address"})
    assert answer.status_code == 422
    assert 'value="Nora"' in answer.content.decode()
    assert 'value="Nora"' not in form(user)


def test_each_record_stands_in_its_own_form_and_each_refused_form_in_its_page(client):
    client.force_login(make_user("administrator"))
    pages = [client.get(reverse("crm:client_edit", args=[make_client(name=name).pk])) for name in ("Alder", "Birch")]
    for name, page in zip(("Alder", "Birch"), pages, strict=True):
        assert f'value="{name}"' in page.text
    refused = [client.post(reverse(place), {"name": ""}) for place in ("inventory:item_new", "crm:client_new")]
    assert [page.status_code for page in refused] == [422, 422]
    assert 'name="is_customer"' in refused[1].text and 'name="sku"' not in refused[1].text
