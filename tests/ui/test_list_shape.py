"""How high rows are and which columns are widened: from the address, kept in a saved view."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from core.models import SavedView
from tests.access.conftest import browser_of
from tests.factories import core as make
from tests.factories import crm
from tests.factories.support import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    user = make.make_user("administrator")
    crm.make_client(owner=user)
    return browser_of(user)


def page(browser, query: str = "") -> str:
    return browser.get(reverse("crm:client_list") + query).content.decode()


def test_rows_are_dense_unless_somebody_wants_air(browser):
    assert 'class="tbl dense"' in page(browser)
    airy = page(browser, "?height=normal")
    assert 'class="tbl normal"' in airy
    assert 'class="tbl dense"' in page(browser, "?height=huge")


def test_a_column_is_widened_by_name_and_nonsense_is_left_out(browser):
    found = page(browser, "?widths=name:wide&widths=nothing:wide&widths=name:enormous")
    assert found.count("w-wide") == 1
    choices = page(browser, "?widths=name:wider&choose=1")
    assert 'value="name:wider" selected' in choices


def test_a_column_of_sentences_has_room_for_several_words_until_somebody_widens_it(browser):
    make.make_branch()
    make_ticket()
    tickets = reverse("support:ticket_list")
    assert browser.get(tickets).content.decode().count("w-sentence") == 1
    widened = browser.get(f"{tickets}?widths=subject:wide").content.decode()
    assert "w-sentence" not in widened and "w-wide" in widened


def test_a_saved_view_keeps_both(browser):
    address = "height=normal&widths=name:wide"
    browser.post(reverse("core:view_form"), {"register": "crm.client", "name": "Airy", "address": address})
    view = SavedView.objects.get()
    assert view.query == {"height": ["normal"], "widths": ["name:wide"]}
    found = page(browser, f"?view={view.pk}")
    assert 'class="tbl normal"' in found
    assert "w-wide" in found


def test_the_menu_of_filters_ticks_several_and_calls_what_narrows_nothing_any(browser):
    menu = page(browser, "?status=active&status=blocked&filters=1")
    assert re.search(r'type="checkbox" name="status" value="active"\s+checked', menu)
    assert re.search(r'type="checkbox" name="status" value="dormant"\s*>', menu)
    assert "Any</option>" in menu and "Unknown</option>" not in menu
    assert '<option value="" selected>---------' not in browser.get(reverse("sales:quote_list") + "?filters=1").text
