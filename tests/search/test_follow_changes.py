"""Entries follow every change of what they tell of, whoever writes it, and one statement at a time."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import ledgers
from core.actors import SYSTEM
from core.models import SearchEntry
from core.search import installing, kinds
from core.search.checking import entries_and_records
from crm.models import Client, ContactPoint, Lead, LegalEntity, Person, PersonRole
from inventory.models import Item
from sales.models import Deal
from tests.factories.crm import make_client, make_lead, make_legal_entity, make_person
from tests.factories.inventory import make_item
from tests.factories.sales import make_deal, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _agrees():
    """After every test each entry equals what would be written anew."""
    yield
    assert list(entries_and_records()) == []


def entry(record):
    kind = kinds.of(type(record))[0]
    return SearchEntry.objects.get(kind=kind.key, record_id=record.pk)


def test_a_client_with_all_that_belongs_to_it():
    client = make_client(name="Marlow", status="prospect")
    assert entry(client).text == " marlow "
    entity = make_legal_entity(client, legal_name="Marlow Riverside Ltd", tax_id="GB 123", account_number="K-77")
    assert entry(client).text == " marlow marlow riverside ltd gb123 k77 "
    LegalEntity.objects.filter(pk=entity.pk).update(legal_name="Riverside Ltd", tax_id="")
    assert (entry(client).text, entry(client).detail) == (" marlow riverside ltd k77 ", "Riverside Ltd")
    LegalEntity.objects.filter(pk=entity.pk).delete()
    Client.objects.filter(pk=client.pk).update(name="Marlin", status="blocked")
    assert (entry(client).text, entry(client).status) == (" marlin ", "blocked")


def test_a_renamed_client_renames_where_its_people_work():
    client = make_client(name="Marlow")
    person = make_person(client, first_name="Judith", last_name="Marley")
    assert (entry(person).title, entry(person).detail, entry(person).sort_key) == (
        "Judith Marley", "Marlow", "marley judith"
    )  # fmt: skip
    Client.objects.filter(pk=client.pk).update(name="Riverside")
    assert (entry(person).detail, entry(person).text) == ("Riverside", " judith marley riverside ")
    PersonRole.objects.filter(person=person).delete()
    assert entry(person).detail == ""


def test_a_contact_point_that_comes_changes_and_goes():
    person = make_person(first_name="Jo", last_name="Ley", email="jo@example.com")
    ContactPoint.objects.filter(person=person).update(value="jola@example.com", normalised="jola@example.com")
    assert entry(person).text == " jo ley jola example com "
    point = ContactPoint.objects.create(person=person, kind="phone", value="+44 20 1", normalised="+44201")
    assert entry(person).text == " jo ley jola example com 44201 "
    other = make_person(first_name="Ann", last_name="Lay")
    point.person = other
    point.save()
    assert "44201" in entry(other).text
    assert "44201" not in entry(person).text
    point.delete()
    assert "44201" not in entry(other).text


def test_a_record_that_goes_takes_its_entry_along():
    lead, person = make_lead(), make_person()
    Lead.objects.filter(pk=lead.pk).delete()
    Person.objects.filter(pk=person.pk).delete()
    assert not SearchEntry.objects.filter(kind__in=["crm.lead", "crm.person"]).exists()


def test_documents_follow_their_client_and_their_state():
    order = make_order()
    entity, client = order.legal_entity, order.client
    before = entry(order)
    assert before.number
    LegalEntity.objects.filter(pk=entity.pk).update(legal_name="Marlow Riverside Ltd")
    Client.objects.filter(pk=client.pk).update(name="Marlow Group")
    after = entry(order)
    assert after.detail == "Marlow Riverside Ltd"
    assert "marlow group" in after.text


def test_a_deal_that_grows_says_so():
    deal = make_deal(name="Reception", amount=Decimal(5))
    Deal.objects.filter(pk=deal.pk).update(amount=Decimal("86400.00"), name="Reception and meeting rooms")
    assert (entry(deal).title, entry(deal).amount) == ("Reception and meeting rooms", Decimal("86400.0000"))


def test_an_item_is_searched_by_its_number_without_punctuation():
    item = make_item(sku="OAK-18/220", name="Board, oak")
    assert (entry(item).number, entry(item).text) == ("oak18220", " board oak oak 18 220 oak18220 ")
    Item.objects.filter(pk=item.pk).update(sku="OAK-19")
    assert entry(item).number == "oak19"


def test_a_change_that_nobody_searches_for_writes_nothing():
    client = make_client(name="Marlow")
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM core_searchentry WHERE record_id = %s", [client.pk])
        before = cursor.fetchone()
        Client.objects.filter(pk=client.pk).update(note="called", language="de")
        cursor.execute("SELECT xmin::text FROM core_searchentry WHERE record_id = %s", [client.pk])
        assert cursor.fetchone() == before


def copy_clients(count: int) -> None:
    rows = "".join(f"Client {n}\tactive\tt\tf\tf\t\t\ten\t\t2026-01-01\t1\n" for n in range(count))
    columns = (
        "name, status, is_customer, is_supplier, is_person, segment, industry, language, note, updated_at, version"
    )
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY crm_client ({columns}) FROM STDIN", io.StringIO(rows))


def test_copied_rows_are_searched_at_once():
    copy_clients(500)
    assert SearchEntry.objects.filter(kind="crm.client").count() == 500
    Client.objects.update(name="Marlow")
    assert SearchEntry.objects.filter(kind="crm.client", title="Marlow").count() == 500


def test_a_pause_is_made_up_for():
    with installing.paused():
        copy_clients(20)
        assert not SearchEntry.objects.exists()
    assert SearchEntry.objects.count() == 20
    make_client(name="After the pause")
    assert SearchEntry.objects.count() == 21


def test_a_pause_makes_up_for_named_records_alone():
    client = make_client(name="Marlow")
    with installing.paused(only={"crm.client": [client.pk]}):
        Client.objects.filter(pk=client.pk).update(name="Marlin")
    assert entry(client).title == "Marlin"


def plant(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE crm_client SET name = 'Other' WHERE id = %s", "is out of date"),
        ("DELETE FROM core_searchentry WHERE record_id = %s AND kind = 'crm.client'", "is missing"),
        ("UPDATE core_searchentry SET record_id = 99 WHERE record_id = %s AND kind = 'crm.client'", "is superfluous"),
        ("UPDATE core_searchentry SET owner_id = 1 WHERE record_id = %s AND kind = 'crm.client'", "is out of date"),
    ],
)
def test_a_planted_corruption_is_found_and_mended(sql, problem):
    client = make_client(name="Marlow")
    plant(sql, client.pk)
    assert problem in {finding.problem for finding in ledgers.run_all()}
    call_command("rebuild_search", "--kind", "crm.client", stdout=io.StringIO())


def test_a_trigger_that_is_off_is_found():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE crm_client DISABLE TRIGGER search_crm_client__crm_client_u")
    assert [finding.place for finding in entries_and_records()] == ["crm.client"]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE crm_client ENABLE TRIGGER search_crm_client__crm_client_u")


def test_rebuilding_says_what_it_wrote_and_refuses_what_it_does_not_know():
    make_item()
    out = io.StringIO()
    call_command("rebuild_search", stdout=out)
    assert f"{'inventory.item':28} 1\n" in out.getvalue()
    with pytest.raises(CommandError, match=r"Nothing is searched as crm\.cat"):
        call_command("rebuild_search", "--kind", "crm.cat")


def test_a_changed_declaration_is_installed_and_written_anew(monkeypatch):
    import dataclasses

    client = make_client(name="Marlow")
    kind = kinds.by_key("crm.client")
    changed = dataclasses.replace(kind, title="upper(r.name)")
    monkeypatch.setitem(kinds._kinds, "crm.client", changed)
    installing.sync()
    assert entry(client).title == "MARLOW"
    Client.objects.filter(pk=client.pk).update(name="Marlin")
    assert entry(client).title == "MARLIN"
    monkeypatch.delitem(kinds._kinds, "crm.client")
    installing.sync()
    assert not SearchEntry.objects.filter(kind="crm.client").exists()
    make_client(name="Nobody watches")
    monkeypatch.setitem(kinds._kinds, "crm.client", kind)
    installing.sync()
    assert SearchEntry.objects.filter(kind="crm.client").count() == 2


def test_nothing_to_install_costs_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        installing.sync()


def test_names_fit_the_database():
    from core.search.statements import Statements

    for kind in kinds.everything():
        statements = Statements(kind)
        assert max(len(name) for name in {statements.refresh, *statements.triggers}) < 64


def test_who_does_it_stays_out_of_the_way():
    """A service writes as before: entries are no business of Python."""
    from crm.services.clients import create_client

    client = create_client(name="Marlow", by=SYSTEM)
    assert entry(client).title == "Marlow"
