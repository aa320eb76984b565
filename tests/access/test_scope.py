"""The choice of a legal entity or branch narrows, is offered within the own rights only, and widens nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.access import scope
from crm.models import Client, Person
from tests.access.conftest import browser_of
from tests.factories import core as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    first, second = make.make_organization(name="Alder"), make.make_organization(name="Birch")
    return [
        make.make_branch(organization=first, name="North"),
        make.make_branch(organization=first, name="South"),
        make.make_branch(organization=second, name="West"),
    ]


def rows(browser, model=Client):
    request = browser.get(reverse("core:session_list")).wsgi_request
    return {row.name for row in scope.narrow(model.objects.all(), request)}


def choose(browser, key, **kwargs):
    return browser.post(reverse("core:scope"), {"scope": key, **kwargs})


def test_a_branch_an_entity_and_all_again(places, admin):
    for branch in places:
        Client.objects.create(name=branch.name, branch=branch)
    north = places[0]
    browser = browser_of(admin)
    assert rows(browser) == {"North", "South", "West"}
    choose(browser, f"{north.organization_id}-{north.pk}")
    assert rows(browser) == {"North"}
    choose(browser, str(north.organization_id))
    assert rows(browser) == {"North", "South"}
    choose(browser, "")
    assert rows(browser) == {"North", "South", "West"}


def test_what_has_no_branch_stays(places, admin, rf):
    Person.objects.create(first_name="Ada", last_name="A")
    request = rf.get("/")
    request.session = {scope.KEY: [places[0].organization_id, places[0].pk]}
    assert scope.narrow(Person.objects.all(), request).count() == 1


def test_only_places_of_the_own_grants_are_offered_and_taken(places):
    north, _south, west = places
    seller = make.make_user("seller", branches=[north])
    assert list(scope.branches_of(seller)) == [north]
    browser = browser_of(seller)
    page = browser.get(reverse("core:session_list")).content.decode()
    assert "West" not in page
    choose(browser, f"{west.organization_id}-{west.pk}")
    assert scope.KEY not in browser.session
    choose(browser, "17-nonsense")
    assert scope.KEY not in browser.session
    choose(browser, f"{north.organization_id}-{north.pk}")
    assert browser.session[scope.KEY] == [north.organization_id, north.pk]


def test_the_menu_names_the_choice(places, admin):
    north = places[0]
    browser = browser_of(admin)
    choose(browser, f"{north.organization_id}-{north.pk}")
    page = browser.get(reverse("core:session_list")).content.decode()
    assert "now North" in page
    assert page.count('name="scope"') == 6


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_nobody_is_sent_to_another_house(admin, bad):
    assert choose(browser_of(admin), "", next=bad).url == reverse("home")


def test_it_goes_back_to_the_page_it_came_from(admin):
    assert choose(browser_of(admin), "", next="/account/sessions/?a=1").url == "/account/sessions/?a=1"
