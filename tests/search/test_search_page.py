"""The search page and the palette's results, as HTML."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.search.marks import marked
from core.search.queries import Query
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_person

pytestmark = pytest.mark.django_db
URL = "/search/"


def get(client, user, **data):
    client.force_login(user)
    return client.get(URL, data)


def test_only_signed_in_people_search(client):
    assert client.get(URL).status_code == 302


def test_the_page_groups_what_was_found(client, seller):
    make_client(name="Marlow <b>Group</b>", owner=seller)
    make_person(first_name="Judith", last_name="Marley", owner_id=seller.pk)
    page = get(client, seller, q="marl").content.decode()
    assert "<mark>Marl</mark>ow &lt;b&gt;Group&lt;/b&gt;" in page
    assert "Judith <mark>Marl</mark>ey" in page
    assert "2 records" in page
    assert "New contact at" in page


def test_the_page_can_be_narrowed_to_one_kind(client, director):
    make_client(name="Marlow")
    make_person(first_name="Judith", last_name="Marlow")
    page = get(client, director, q="marlow", kind="crm.person").content.decode()
    assert "1 record" in page
    assert "Search all kinds" in page
    assert "1 record" not in get(client, director, q="marlow", kind="crm.nothing").content.decode()


def test_nothing_found_says_so_and_shows_what_was_typed(client, seller):
    make_client(name="Marlow")
    page = get(client, seller, q='marlow"><script>').content.decode()
    assert "Nothing found for" in page
    assert "<script>alert" not in page
    assert 'value="marlow&quot;&gt;&lt;script&gt;"' in page


def test_the_palette_gets_a_part_without_the_page(client, seller):
    found = make_client(name="Marlow", owner=seller)
    part = get(client, seller, q="marl", part="palette").content.decode()
    assert part.strip().startswith('<div id="palette-results">')
    assert "<html" not in part
    assert f'href="{reverse("crm:client_card", args=[found.pk])}"' in part
    assert f'data-target="crm.client:{found.pk}"' in part
    assert "1 record" in part


def test_a_greater_sign_asks_for_commands_alone(client, seller):
    make_client(name="Leads of Marlow", owner=seller)
    part = get(client, seller, q="> lead", part="palette").content.decode()
    assert "Go to Leads" in part
    assert "Marlow" not in part
    assert "No command is called so." in get(client, seller, q=">xyzzy", part="palette").content.decode()


def test_commands_without_the_right_are_absent(client):
    nobody = get(client, make_user(), q=">", part="palette").content.decode()
    assert "Go to Leads" not in nobody
    assert "New lead" not in nobody


def test_nothing_typed_offers_what_can_be_reached(client, seller):
    part = get(client, seller, part="palette").content.decode()
    assert "Type a name, number, phone" in part
    assert "Go to Clients" in part


def test_the_search_is_one_or_two_statements(client, seller, django_assert_max_num_queries):
    for number in range(30):
        make_client(name=f"Marlow {number}", owner=seller)
        make_person(first_name="Judith", last_name=f"Marlow {number}", owner_id=seller.pk)
    client.force_login(seller)
    # Session, user, rights, the search itself, the clients of persons; sign-in bookkeeping takes a few.
    with django_assert_max_num_queries(9):
        client.get(URL, {"q": "marlow", "part": "palette"})


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("Marlow Group", "marl", "[Marl]ow Group"),
        ("Great Tamarlane", "marl", "Great Ta[marl]ane"),
        ("Judith Marley", "ley jud", "[Jud]ith Mar[ley]"),
        ("Jürgen Müßig", "muss", "Jürgen [Müß]ig"),
        ("Київ Буд", "kyiv", "[Київ] Буд"),
        ("Хуршид", "xur", "[Хур]шид"),
        ("Oʻzbekiston", "ozb", "[Oʻzb]ekiston"),
        ("Nothing", "xyz", "Nothing"),
        ("", "x", ""),
    ],
)
def test_what_was_typed_is_marked_in_the_name(text, typed, shown):
    pieces = marked(text, Query(typed))
    assert "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces) == shown
