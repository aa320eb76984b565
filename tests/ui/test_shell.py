"""The frame around every page: what stands in it, for whom, and what it costs."""

from __future__ import annotations

import pytest
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from core.models import Notice, User
from core.ui import navigation
from core.ui.navigation import Entry
from core.ui.shell import Shell, as_toast
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta() -> User:
    return make_user(first_name="Marta", last_name="Lindqvist")


@pytest.fixture
def entries(monkeypatch):
    """A sidebar of its own, so that what the apps declare does not move these tests."""

    def declare(*declared: Entry) -> None:
        monkeypatch.setattr(navigation, "_entries", list(declared))

    return declare


def shell_of(user: User, path: str = "/", **cookies: str) -> Shell:
    request = RequestFactory().get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return Shell(request)


def labels(shell: Shell) -> list[str]:
    return [str(link.label) for section in shell.sections for link in section.links]


def test_an_entry_without_its_right_is_absent(entries, marta):
    entries(Entry("Home", "home", "home"), Entry("Help", "help-circle", "core:help", action="crm.view_client"))
    assert labels(shell_of(marta)) == ["Home"]
    seller = make_user("seller")
    assert labels(shell_of(seller)) == ["Home", "Help"]


def test_an_entry_of_a_module_that_is_switched_off_is_absent(entries, marta, monkeypatch):
    entries(Entry("Home", "home", "home"), Entry("Help", "help-circle", "core:help", switch="helping"))
    monkeypatch.setattr("core.ui.switches.is_on", lambda switch: switch != "helping")
    assert labels(shell_of(marta)) == ["Home"]


def test_the_entry_of_the_longest_fitting_address_is_the_current_one(entries, marta):
    entries(Entry("Home", "home", "home"), Entry("Help", "help-circle", "core:help"))
    current = [link.label for link in shell_of(marta, "/help/words/").sections[0].links if link.is_current]
    assert current == ["Help"]


def test_the_bottom_bar_has_four_entries_those_meant_for_it_first(entries, marta):
    entries(*(Entry(f"Page {n}", "home", "home", order=n, on_phone=n > 3) for n in range(6)))
    on_phone = [link.label for link in shell_of(marta).sections[0].links if link.on_phone]
    assert on_phone == ["Page 0", "Page 1", "Page 4", "Page 5"]


def test_on_a_phone_the_pages_of_ones_own_role_come_first(entries):
    pages = [Entry(f"Page {n}", "home", "core:help", order=n, on_phone=True) for n in range(5)]
    entries(*pages, Entry("Money", "cash", "core:help", order=9, first_for=("accountant",)))
    bar = {
        role: [link.label for link in shell_of(make_user(role)).sections[0].links if link.on_phone]
        for role in ("accountant", "seller")
    }
    assert bar["accountant"] == ["Page 0", "Page 1", "Page 2", "Money"]
    assert bar["seller"] == ["Page 0", "Page 1", "Page 2", "Page 3"]


@pytest.mark.parametrize(
    ("role", "bar"),
    [
        ("seller", ["Home", "My day", "Inbox", "Deals"]),
        ("head_of_sales", ["Home", "Deals", "Team", "Approvals"]),
        ("storekeeper", ["Home", "Stock", "Picking", "Receiving"]),
        ("purchaser", ["Home", "Stock", "Purchasing", "Suggestions"]),
        ("production_lead", ["Home", "Work orders", "Plan", "Estimates"]),
        ("director", ["Home", "Dashboard", "Approvals", "Reports"]),
    ],
)
def test_a_phone_has_at_hand_what_a_role_lives_in(role, bar):
    sections = shell_of(make_user(role)).sections
    assert [str(link.label) for section in sections for link in section.links if link.on_phone] == bar


def test_counters_stand_beside_their_entries(entries, marta):
    entries(Entry("Home", "home", "home", counter=lambda user: 7), Entry("Help", "help-circle", "core:help"))
    assert [link.count for link in shell_of(marta).sections[0].links] == [7, None]


def test_every_declared_entry_leads_to_a_page_and_has_an_icon(admin_client):
    from core.templatetags.ui import drawing
    from core.ui.shell import address

    for entry in navigation.declared():
        assert address(entry.url_name), f"{entry.label} leads nowhere"
        assert drawing(entry.icon)
        assert admin_client.get(address(entry.url_name)).status_code == 200


def test_the_frame_costs_the_same_whatever_the_page(client, marta, django_assert_max_num_queries):
    client.force_login(marta)
    client.get("/help/")
    with django_assert_max_num_queries(9):  # session, user, rights, pinned views, who helps, and the bell
        client.get("/help/")


def test_a_message_becomes_a_toast_and_may_carry_an_undo():
    plain = as_toast(Message(messages.SUCCESS, "3 clients got a new owner"))
    assert plain == {"level": "ok", "text": "3 clients got a new owner"}
    undoable = as_toast(Message(messages.ERROR, "Not saved", '{"undo_url": "/undo/1/"}'))
    assert undoable == {"level": "bad", "text": "Not saved", "undo_url": "/undo/1/"}


def test_the_theme_is_the_systems_until_somebody_fixes_it(client, marta):
    client.force_login(marta)
    assert 'data-theme="system"' in client.get("/help/").content.decode()
    answer = client.post("/theme/", {"theme": "dark", "next": "/help/"})
    assert answer.url == "/help/"
    page = client.get("/help/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-bs-theme="dark"' in page
    client.post("/theme/", {"theme": "system"})
    assert 'data-theme="system"' in client.get("/help/").content.decode()


def test_a_theme_nobody_knows_and_a_foreign_way_back_are_not_taken(client, marta):
    client.force_login(marta)
    answer = client.post("/theme/", {"theme": "pink", "next": "https://elsewhere.example/"})
    assert answer.url == "/"
    assert 'data-theme="system"' in client.get("/help/").content.decode()


def test_who_is_refused_reads_his_role_and_whom_to_ask():
    request = RequestFactory().get("/stock/")
    request.user = make_user("seller")
    page = render_to_string("403.html", request=request)
    assert "Your role, Sales manager, does not include it." in page
    assert reverse("core:ask_access") in page


def test_a_wish_for_access_reaches_the_administrators_once_a_day(client):
    seller, administrator = make_user("seller", first_name="Marta"), make_user("administrator")
    client.force_login(seller)
    wish = {"page": "/settings/users/", "why": "Planning"}
    for _time in range(2):
        assert client.post(reverse("core:ask_access"), wish).status_code == 302
    told = Notice.objects.get(user=administrator)
    assert "asks for access to /settings/users/: Planning" in told.text
    assert told.url == reverse("core:user_card", args=[seller.pk])


def test_a_page_that_is_not_there_stands_in_the_frame_of_whoever_is_signed_in(client, marta):
    assert "<nav" not in client.get("/nowhere/").content.decode()
    client.force_login(marta)
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert 'class="side"' in page.content.decode()


def test_a_page_that_broke_names_its_number(client, marta, monkeypatch):
    client.force_login(marta)
    client.raise_request_exception = False
    monkeypatch.setattr("core.ui.shell_views.Help.get_context_data", lambda self, **kwargs: 1 / 0)
    answer = client.get("/help/")
    assert answer.status_code == 500
    assert "E-" in answer.content.decode()
    assert "/help/" in answer.content.decode()
