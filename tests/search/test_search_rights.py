"""Search knows nothing that its user may not know."""

from __future__ import annotations

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.search.results import results_for
from core.search.selectors import find
from crm.models import Client, Person
from crm.services.clients import change_client
from tests.factories.core import make_branch, make_team, make_user
from tests.factories.crm import make_client, make_lead, make_person

pytestmark = pytest.mark.django_db


def titles(user, text):
    return {hit.entry.title for hit in find(user, text)}


def test_a_seller_finds_his_own_and_no_other(seller):
    make_client(name="Marlow Mine", owner=seller)
    make_client(name="Marlow Foreign", owner=make_user("seller"))
    make_client(name="Marlow Nobodys")
    make_lead(company="Marlow Foreign Lead", owner_id=make_user("seller").pk)
    assert titles(seller, "marlow") == {"Marlow Mine"}
    assert titles(seller, "marlwo") == {"Marlow Mine"}
    assert titles(seller, "foreign") == set()


def test_a_head_of_sales_finds_what_is_of_the_team(seller):
    head = make_user("head_of_sales")
    make_team(seller, leader=head)
    make_client(name="Marlow Team", owner=seller)
    make_client(name="Marlow Foreign", owner=make_user("seller"))
    assert titles(head, "marlow") == {"Marlow Team"}


def test_a_right_in_one_branch_finds_that_branch():
    here, there = make_branch(), make_branch()
    buyer = make_user("purchaser", branches=[here])
    make_client(name="Marlow Here", branch=here)
    make_client(name="Marlow There", branch=there)
    make_person(first_name="Judith", last_name="Marlow")  # persons belong to no branch
    assert titles(buyer, "marlow") == {"Marlow Here", "Judith Marlow"}


def test_what_is_in_the_bin_is_not_found(director):
    client, person = make_client(name="Marlow"), make_person(first_name="Judith", last_name="Marlow")
    Client.objects.filter(pk=client.pk).update(binned_at=timezone.now())
    assert titles(director, "marlow") == {"Judith Marlow"}
    Person.objects.filter(pk=person.pk).update(binned_at=timezone.now())
    assert titles(director, "marlow") == set()
    Client.objects.filter(pk=client.pk).update(binned_at=None)
    assert titles(director, "marlow") == {"Marlow"}


def test_a_new_owner_finds_it_and_the_old_one_no_more(seller, director):
    client = make_client(name="Marlow", owner=seller)
    other = make_user("seller")
    change_client(client_id=client.pk, changes={"owner_id": other.pk}, by=SYSTEM)
    assert (titles(seller, "marlow"), titles(other, "marlow")) == (set(), {"Marlow"})


def test_a_user_without_rights_finds_nothing():
    make_client(name="Marlow")
    assert titles(make_user(), "marlow") == set()


def test_somebody_who_was_blocked_finds_nothing():
    make_client(name="Marlow")
    assert titles(make_user("director", is_active=False), "marlow") == set()


def test_the_second_line_of_a_person_names_no_foreign_client(seller):
    person = make_person(make_client(name="Foreign Firm"), first_name="Judith", last_name="Marley", owner_id=seller.pk)
    (line,) = results_for(seller, "judith").lines
    assert line.detail == []
    mine = make_client(name="Firm of Mine", owner=seller)
    person.roles.create(client=mine)
    (line,) = results_for(seller, "judith").lines
    assert "".join(piece.text for piece in line.detail) == "Firm of Mine"


def test_actions_are_those_the_user_may_do_with_this_record(seller):
    client = make_client(name="Marlow", owner=seller)
    buyer = make_user("purchaser")
    accountant = make_user("accountant")
    labels = [[offer.before for offer in results_for(user, "marlow").offers] for user in (seller, buyer, accountant)]
    assert labels[0] == ["Edit ", "New contact at ", "Log a call with ", "Plan a task about "]
    assert "Log a call with " not in labels[1]  # only with his own clients
    assert labels[2][0] == "Edit "
    assert "New contact at " not in labels[2]
    assert results_for(seller, "marlow", on=f"crm.client:{client.pk}").target == f"crm.client:{client.pk}"


@pytest.mark.parametrize("key", ["crm.client:{}", "crm.nothing:1", "crm.client:x", "", "crm.client:" + "9" * 30, "::"])
def test_a_foreign_record_offers_nothing(seller, key):
    foreign = make_client(name="Marlow")
    found = results_for(seller, "marlow", on=key.format(foreign.pk))
    assert (found.target, found.offers, found.lines) == ("", [], [])
