"""Who switches, what is refused with names, what is remembered; and the page that does it without scripts."""

import pytest

from core.actors import SYSTEM
from core.customfields.errors import NeededByOthers, NeedsOthers
from core.errors import NotAllowed
from core.models import SwitchedOff
from core.services.switches import switch_off, switch_on
from core.ui import switches
from tests.core.threads import at_once
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
PAGE = "/settings/switches/"
ALL_OF_SALES = ["estimates", "production", "finance", "support", "marketing", "reports"]


def test_needs_name_switches_that_exist_and_no_circle():
    known = switches.declared()
    for code, switch in known.items():
        assert set(switch.needs) <= set(known)
        assert code not in {other.code for other in switches.needs_of(code)}


def test_only_administrators_switch():
    for role in ("director", "head_of_sales"):
        with pytest.raises(NotAllowed):
            switch_off(code="reports", by=make_user(role))
        with pytest.raises(NotAllowed):
            switch_on(code="reports", by=make_user(role))
    assert switch_off(code="reports", by=make_user("administrator")) == ["reports"]


def test_what_others_need_stays_unless_they_go_too():
    with pytest.raises(NeededByOthers) as refused:
        switch_off(code="sales", together=["finance"], by=SYSTEM)
    assert "Production" in str(refused.value)
    assert "Finance" not in str(refused.value)
    assert not SwitchedOff.objects.exists()
    assert set(switch_off(code="sales", together=ALL_OF_SALES, by=SYSTEM)) == {"sales", *ALL_OF_SALES}


def test_on_again_takes_what_it_needs():
    switch_off(code="inventory", together=["sales", *ALL_OF_SALES], by=SYSTEM)
    with pytest.raises(NeedsOthers) as refused:
        switch_on(code="finance", by=SYSTEM)
    assert "Sales" in str(refused.value)
    assert switch_on(code="finance", together=["inventory", "sales"], by=SYSTEM)[-1] == "finance"
    assert switches.is_on("finance")
    assert not switches.is_on("production")


def test_twice_is_once():
    assert switch_off(code="reports", by=SYSTEM) == ["reports"]
    assert switch_off(code="reports", by=SYSTEM) == []
    assert switch_on(code="reports", by=SYSTEM) == ["reports"]
    assert switch_on(code="reports", by=SYSTEM) == []


def test_nobody_knows_a_switch_that_is_not_declared():
    with pytest.raises(LookupError):
        switch_off(code="gravity", by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_two_people_leave_no_half_chain():
    switch_off(code="inventory", together=["sales", *ALL_OF_SALES], by=SYSTEM)
    for _turn in range(4):
        at_once(
            lambda: switch_on(code="sales", together=["inventory"], by=SYSTEM),
            lambda: switch_off(code="inventory", together=["sales", *ALL_OF_SALES], by=SYSTEM),
        )
        off = set(SwitchedOff.objects.values_list("code", flat=True))
        assert "inventory" not in off or "sales" in off


def test_the_page_shows_what_needs_what_and_who_did_it(client):
    client.force_login(make_user("administrator", first_name="Marta", last_name="Lind"))
    text = client.get(PAGE).content.decode()
    assert "Needed by: Estimates, Production, Finance, Service, Marketing, Reports" in text
    asked = client.get(f"{PAGE}sales/").content.decode()
    assert asked.count('name="together"') == len(ALL_OF_SALES)
    assert client.post(f"{PAGE}sales/", {"to": "off", "together": ALL_OF_SALES}).status_code == 302
    text = client.get(PAGE).content.decode()
    assert "Sales was switched off" in text
    assert "Marta Lind" in text
    assert client.post(f"{PAGE}sales/", {"to": "on"}).status_code == 302
    assert "Sales was switched on" in client.get(PAGE).content.decode()


def test_a_chain_that_grew_meanwhile_is_asked_about_again(client):
    client.force_login(make_user("administrator"))
    refused = client.post(f"{PAGE}sales/", {"to": "off", "together": ["finance"]})
    assert refused.status_code == 409
    assert "Sales is needed by Estimates, Production" in refused.content.decode()
    assert not SwitchedOff.objects.exists()
    assert client.post(f"{PAGE}gravity/", {"to": "off"}).status_code == 404
    assert client.get(f"{PAGE}gravity/").status_code == 404


def test_the_page_is_for_administrators(client):
    client.force_login(make_user("director"))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}reports/", {"to": "off"}).status_code == 403
    assert not SwitchedOff.objects.exists()


def test_the_page_costs_the_same_with_much_history(client, django_assert_max_num_queries):
    client.force_login(make_user("administrator"))
    for _ in range(8):
        switch_off(code="reports", by=SYSTEM)
        switch_on(code="reports", by=SYSTEM)
    client.get(PAGE)
    with django_assert_max_num_queries(10):
        client.get(PAGE)
