"""What stands around a list's rows is written once and taken again, and is never another's or an older one's."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core import setup
from core.ui.listframe import ListFrame
from core.ui.looks import SECRET
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(client):
    """Ask for the list of clients as somebody."""
    address = reverse("crm:client_list")

    def ask(user, query: str = "", **headers) -> str:
        setup.forget()
        client.force_login(user)
        return client.get(address + query, headers=headers).content.decode()

    return ask


def test_the_frame_is_written_once_and_the_rows_each_time(lists, monkeypatch):
    user, written = make_user("director"), []
    real = ListFrame.head
    monkeypatch.setattr(ListFrame, "head", lambda self: written.append(1) or real(self))
    make_client(name="Alder")
    first = lists(user)
    assert lists(user).count("Alder") == first.count("Alder") > 0
    assert len(written) == 1

    make_client(name="Birch")
    page = lists(user)
    assert "Birch" in page
    assert "2 of 2" in page
    assert len(written) == 1
    for number in range(60):
        make_client(name=f"Cedar {number}")
    page = lists(user)
    assert "50 of 62" in page
    assert "Later" in page, "a list of several pages has another frame"
    assert len(written) == 2


def test_each_answer_carries_a_token_of_its_own(lists):
    user, found = make_user("director"), []
    make_client(name="Alder")
    for _time in range(2):
        page = lists(user)
        tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
        assert len(tokens) == 1
        assert re.search(r'"X-CSRFToken": "(\w+)"', page)[1] in tokens
        found += tokens
    assert found[0] != found[1]
    assert SECRET not in page, "no mark is left open"


def test_a_frame_belongs_to_one_user_and_one_address(lists):
    make_client(name="Alder")
    director, seller = make_user("director"), make_user("seller")
    assert "?sort=-name" in lists(director)
    assert 'aria-sort="descending"' in lists(director, "?sort=-name")
    assert 'aria-sort="descending"' not in lists(director)
    assert lists(seller).count("Alder") == 0, "a client of nobody is not a seller's to see"
    part = lists(director, **{"HX-Request": "true"})
    assert "hx-swap-oob" in part
    assert "hx-swap-oob" not in lists(director)


def test_the_way_to_the_next_page_leads_on_from_these_rows(lists):
    user = make_user("director")
    for number in range(60):
        make_client(name=f"Client {number:02}")
    first = lists(user)
    way = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    assert "Client 50" in lists(user, way)
    make_client(name="Client 00 a")
    way = re.search(r'href="(\?[^"]*after=[^"]*)"', lists(user))[1].replace("&amp;", "&")
    page = lists(user, way)
    assert "Client 49" in page
    assert "Client 48" not in page


def test_a_new_saved_view_stands_above_the_rows_at_once(lists, client):
    user = make_user("director")
    make_client(name="Alder")
    lists(user)
    client.post(
        reverse("core:view_form"), {"register": "crm.client", "name": "Mine", "address": "q=ald", "scope": "private"}
    )
    assert "Mine" in lists(user)


def test_each_search_shows_its_own_words_in_the_field_and_in_every_address(lists, monkeypatch):
    user, written = make_user("director"), []
    real = ListFrame.head
    monkeypatch.setattr(ListFrame, "head", lambda self: written.append(1) or real(self))
    make_client(name="Alder & Söhne")
    make_client(name="Birch")
    page = lists(user, "?q=alder+%26+s%C3%B6hne")
    assert 'value="alder &amp; söhne"' in page
    assert "?q=alder+%26+s%C3%B6hne&amp;sort=-name" in page
    assert "1 of 1" in page
    assert "Birch" not in page
    page = lists(user, "?q=birch")
    assert 'value="birch"' in page
    assert "?q=birch&amp;sort=-name" in page
    assert "alder" not in page.lower()
    assert len(written) == 1


def test_a_search_cannot_write_into_the_frame(lists):
    user = make_user("director")
    make_client(name="Alder")
    lists(user, "?q=ald")
    page = lists(user, '?q=ald"><i>')
    assert "<i>" not in page
    assert lists(user, f"?q=ald+@{'0' * 16}:body@").count("</table>") <= 1
