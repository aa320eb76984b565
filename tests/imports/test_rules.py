"""Twins, keys, rights per row, groups, own fields, what was touched since, and a worker that dies in between."""

from __future__ import annotations

import pytest
from django.utils import timezone

from core.actors import SYSTEM
from core.imports import services, steps
from core.imports.choices import RunState
from core.models import ImportChange, ImportRow
from crm.models import Client, ContactPoint, Person
from crm.services.clients import change_client
from crm.services.persons import add_contact_point
from sales.models import SalesOrder
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_legal_entity, make_person
from tests.imports.cases import world
from tests.imports.steps import checked, csv_of, errors, imported, taken_back

pytestmark = pytest.mark.django_db
HEAD = ["First name", "Last name", "E-mail", "Phone"]


def twins(run):
    return {
        row.line: [(twin["label"], twin["why"]) for twin in row.twins]
        for row in ImportRow.objects.filter(run=run, state="twin").order_by("line")
    }


def test_likely_twins_of_persons_are_offered_with_the_reason():
    make_person(first_name="Ada", last_name="Lovelace", email="ada@example.com")
    make_person(first_name="Bo", last_name="Ek", phone="+46 8 123 456 78")
    make_person(first_name="Cy", last_name="Cyan")
    run = checked(
        csv_of(
            HEAD,
            ["A.", "L.", "ADA@example.com", ""],
            ["Bo", "E", "", "+46812345678"],
            ["Cy", "Cyan", "", ""],
            ["Di", "Dim", "", ""],
        ),
        "persons",
    )
    assert twins(run) == {
        2: [("Ada Lovelace", "same e-mail")],
        3: [("Bo Ek", "same phone")],
        4: [("Cy Cyan", "same name at the same client")],
    }
    assert run.counts == {"twin": 3, "new": 1}


def test_likely_twins_of_clients_by_tax_number_and_like_name_in_the_city():
    here = make_client(name="Müller & Söhne GmbH")
    make_legal_entity(here, tax_id="DE1", country="DE", billing_address="Ring 1\n10115 Berlin")
    make_legal_entity(make_client(name="Other"), tax_id="DE2", country="DE")
    head = ["Company", "VAT number", "Country", "City"]
    rows = [
        ["Someone", "DE2", "DE", ""],
        ["Mueller & Söhne GmbH", "", "", "Berlin"],
        ["Müller & Söhne GmbH", "", "", "Bonn"],
        ["Quite Different", "", "", ""],
    ]
    run = checked(csv_of(head, *rows), "clients")
    assert twins(run) == {
        2: [("Other", "same tax number")],
        3: [("Müller & Söhne GmbH", "like name in the same city")],
    }


@pytest.mark.parametrize(("action", "persons", "points"), [("skip", 1, 1), ("update", 1, 2), ("create", 2, 3)])
def test_twins_are_left_out_updated_or_created(action, persons, points):
    known = make_person(first_name="Ada", last_name="Lovelace", email="ada@example.com")
    run = imported(csv_of(HEAD, ["Ada", "King", "ada@example.com", "+44 20 7946 0001"]), "persons", twins=action)
    assert Person.objects.count() == persons
    assert ContactPoint.objects.count() == points
    known.refresh_from_db()
    assert known.last_name == ("King" if action == "update" else "Lovelace")
    assert run.outcome["skipped"] == (1 if action == "skip" else 0)
    taken_back(run)
    known.refresh_from_db()
    assert (Person.objects.count(), ContactPoint.objects.count(), known.last_name) == (1, 1, "Lovelace")


def test_rows_of_one_file_that_share_an_address_are_twins_of_each_other():
    run = checked(csv_of(HEAD, ["Ada", "L", "a@example.com", ""], ["Bea", "M", "A@example.com", ""]), "persons")
    assert twins(run) == {3: [("Line 2 of this file", "same e-mail as line 2")]}


def test_a_key_that_stands_twice_is_refused():
    head = ["ID", "Company"]
    run = checked(csv_of(head, ["1", "One"], ["2", "Two"], ["1", "One again"]), "clients")
    assert errors(run) == {4: {"external_key": "Line 2 of this file has the same value."}}


def test_another_key_can_be_chosen():
    known = make_person(first_name="Ada", last_name="Lovelace", email="ada@example.com")
    run = imported(csv_of(HEAD, ["Ada", "King", "Ada@Example.com", ""]), "persons", key="email")
    known.refresh_from_db()
    assert (run.counts, known.last_name) == ({"changed": 1}, "King")


def test_a_seller_changes_his_own_clients_only():
    seller = make_user("seller")
    mine = make_client(name="Mine", external_key="M", owner_id=seller.pk)
    other = make_client(name="Other", external_key="O")
    run = imported(csv_of(["ID", "Company"], ["M", "Mine now"], ["O", "Stolen"], ["N", "New"]), "clients", by=seller)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.name, other.name) == ("Mine now", "Other")
    assert list(errors(run)) == [3]
    assert Client.objects.get(external_key="N").owner == seller


def test_guarded_fields_are_not_offered_without_their_right():
    run = checked(csv_of(["Company", "Credit limit"], ["A", "100"]), "clients", by=make_user("seller"))
    assert "credit_limit" not in run.mapping.values()
    assert "credit_limit" in checked(csv_of(["Company", "Credit limit"], ["A", "100"]), "clients").mapping.values()


def test_an_order_with_a_bad_line_is_held_back_whole():
    world()
    head = ["Order number", "Client", "Order date", "Line", "Item", "Quantity", "Price"]
    rows = [
        ["S1", "Acme", "2024-03-05", 1, "A-1", 1, 5],
        ["S2", "Acme", "2024-03-05", 1, "A-1", 1, 5],
        ["S1", "Acme", "2024-03-05", 2, "NONE", 1, 5],
    ]
    run = imported(csv_of(head, *rows), "orders")
    assert run.counts == {"new": 1, "bad": 1, "held": 1}
    assert list(SalesOrder.objects.values_list("number", flat=True)) == ["S2"]
    assert "line 4" in errors(run)[2][""]


def test_history_keeps_its_sums_to_four_places():
    world()
    head = [
        "Order number",
        "Client",
        "Order date",
        "Line",
        "Item",
        "Quantity",
        "Price",
        "Subtotal",
        "Tax amount",
        "Freight",
    ]
    imported(csv_of(head, ["S1", "Acme", "2024-03-05", 1, "A-1", 3, "10.123456", "31.0000", "2.4801", "1.5"]), "orders")
    order = SalesOrder.objects.get()
    assert (str(order.net_amount), str(order.line_gap), str(order.gross_amount)) == ("31.0000", "0.6296", "34.9801")


def test_what_somebody_worked_on_since_is_kept_with_its_reason():
    run = imported(csv_of(["ID", "Company"], ["1", "One"], ["2", "Two"], ["3", "Three"], ["4", "Four"]), "clients")
    one, two, three = (Client.objects.get(external_key=key) for key in "123")
    change_client(client_id=one.pk, changes={"name": "Renamed"}, by=SYSTEM)
    add_contact_point(kind="email", value="x@example.com", client_id=two.pk, by=SYSTEM)
    make_person(three)
    taken_back(run)
    assert set(Client.objects.filter(binned_at=None).values_list("external_key", flat=True)) == {"1", "2", "3"}
    reasons = set(ImportChange.objects.exclude(kept_because="").values_list("kept_because", flat=True))
    assert reasons == {"It was changed since."}


def test_a_created_record_in_use_goes_to_the_bin():
    world()
    run = imported(csv_of(["SKU", "Name", "Unit"], ["X-1", "Frame", "pc"]), "items")
    imported(csv_of(["Product", "Component", "Quantity"], ["A-1", "X-1", "2"]), "boms")
    taken_back(run)
    from inventory.models import Item

    assert Item.objects.get(sku="X-1").binned_at is not None
    again = imported(csv_of(["SKU", "Name", "Unit"], ["X-1", "Frame", "pc"]), "items")
    assert (again.outcome["changed"], Item.objects.get(sku="X-1").binned_at) == (1, None)


def test_an_import_that_was_stopped_goes_on_where_it_was(monkeypatch):
    rows = [[f"N{number}", f"Company {number}"] for number in range(25)]
    run = checked(csv_of(["ID", "Company"], *rows), "clients")
    from crm.imports.clients import Clients

    monkeypatch.setattr(Clients, "batch_size", 10)
    kept = []

    def until_the_second(data, done):
        if len(kept) == 1:
            raise RuntimeError("killed")
        kept.append(data)

    with pytest.raises(RuntimeError):
        steps.import_run(run, by=SYSTEM, resume=None, checkpoint=until_the_second)
    assert Client.objects.count() == 10
    outcome = steps.import_run(run, by=SYSTEM, resume=kept[0], checkpoint=lambda data, done: None)
    assert (Client.objects.count(), outcome["created"], run.changes.count()) == (25, 25, 50)


def test_a_job_that_fails_is_written_on_the_run(django_capture_on_commit_callbacks, monkeypatch):
    run = checked(csv_of(["ID", "Company"], ["1", "One"]), "clients")
    from core.imports import applying

    monkeypatch.setattr(applying, "apply", lambda *args, **kwargs: 1 / 0)
    with django_capture_on_commit_callbacks(execute=True):
        services.request_import(run_id=run.pk, by=SYSTEM)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "our side" in run.error
    monkeypatch.undo()
    with django_capture_on_commit_callbacks(execute=True):
        services.request_import(run_id=run.pk, by=SYSTEM)
    run.refresh_from_db()
    assert (run.state, run.outcome["created"]) == (RunState.DONE, 1)


def test_only_what_is_checked_is_imported_and_only_once(django_capture_on_commit_callbacks):
    run = checked(csv_of(["ID", "Company"], ["1", "One"]), "clients")
    with django_capture_on_commit_callbacks(execute=True):
        services.request_import(run_id=run.pk, by=SYSTEM)
        services.request_import(run_id=run.pk, by=SYSTEM)
    assert services.request_import(run_id=run.pk, by=SYSTEM).state == RunState.DONE
    assert Client.objects.count() == 1
    with pytest.raises(Exception, match="cannot be done now"):
        services.request_check(run_id=run.pk, by=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        services.request_undo(run_id=run.pk, by=SYSTEM, at=timezone.now())
    assert Client.objects.count() == 0


def test_own_fields_take_part():
    from core.customfields.defining import define_field

    define_field(model="crm.client", label="Rating", kind="number", key="rating", by=SYSTEM)
    file = csv_of(["ID", "Company", "Rating"], ["1", "One", "7"], ["2", "Two", "many"])
    run = imported(file, "clients")
    assert list(errors(run)) == [3]
    client = Client.objects.get()
    assert str(client.custom["rating"]) in {"7", "7.00", "7.0"}
    assert imported(file, "clients").counts == {"same": 1, "bad": 1}


def test_unreadable_bytes_and_ragged_rows_are_errors_of_their_row_only():
    content = b"ID,Company\n1,One\n2,Tw\xffo\n3,a,b,c\n4,Fo\x00ur\n5,Five\n"
    run = imported(content, "clients", encoding="utf-8")
    assert set(errors(run)) == {3, 4, 5}
    assert set(Client.objects.values_list("name", flat=True)) == {"One", "Five"}


def test_the_number_of_statements_does_not_grow_with_the_rows(django_assert_max_num_queries):
    for count in (10, 400):
        rows = [[f"{count}-{n}", f"Firm {count} {n} Zz{n}", f"f{count}-{n}@example.com"] for n in range(count)]
        with django_assert_max_num_queries(75):
            imported(csv_of(["ID", "Company", "E-mail"], *rows), "clients", twins="create")
