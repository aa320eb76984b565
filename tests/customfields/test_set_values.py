"""Filling own fields: one checked, locked service with the history of every change."""

import pytest
from django.db import connection

from core.actors import SYSTEM
from core.customfields import kit
from core.customfields.defining import retire_field
from core.customfields.errors import ValuesRefused
from core.customfields.services import set_values
from core.errors import NotAllowed, StaleVersion
from core.models import SwitchedOff
from core.selectors.history import history_of
from core.setup import forget
from crm.models import Client
from tests.core.threads import at_once
from tests.factories.core import make_user
from tests.factories.crm import make_client
from tests.factories.customfields import make_field

pytestmark = pytest.mark.django_db
RAW = {
    "text": ("Oak", "Oak"),
    "number": ("12.5", "12.50"),
    "money": ("99.9", "99.90"),
    "date": ("2026-03-05", "2026-03-05"),
    "choice": ("Green", "green"),
    "choices": (["west", "north"], ["north", "west"]),
    "yesno": ("yes", True),
}


@pytest.mark.parametrize("kind", sorted(RAW))
def test_each_kind_is_kept_and_taken_away(kind):
    own, client = make_field(kind), make_client()
    raw, stored = RAW[kind]
    set_values(record=client, values={own.key: raw}, by=SYSTEM)
    client.refresh_from_db()
    assert client.custom == {own.key: stored}
    set_values(record=client, values={own.key: None}, by=SYSTEM)
    client.refresh_from_db()
    assert client.custom == {}


def test_equal_values_change_nothing():
    own, client = make_field("number"), make_client()
    first = set_values(record=client, values={own.key: "5"}, by=SYSTEM)
    again = set_values(record=client, values={own.key: 5.0}, by=SYSTEM)
    assert again.version == first.version
    assert len(history_of(client)) == 2  # made, filled


def test_fields_not_named_keep_theirs():
    one, two, client = make_field(), make_field(), make_client()
    set_values(record=client, values={one.key: "a"}, by=SYSTEM)
    held = set_values(record=client, values={two.key: "b"}, by=SYSTEM)
    assert held.custom == {one.key: "a", two.key: "b"}


def test_the_history_tells_before_and_after_with_the_name():
    own, client, user = make_field("choice", label="Colour"), make_client(), make_user("accountant")
    set_values(record=client, values={own.key: "red"}, by=user)
    set_values(record=client, values={own.key: "blue"}, by=user)
    change = history_of(client)[0]
    (part,) = change.fields
    assert (change.user, part.field, part.before, part.after) == (
        user, "custom", {own.key: "red"}, {own.key: "blue"},
    )  # fmt: skip
    ((name, label, before, after),) = kit.changes(client, part.before, part.after, user)
    assert (name, label) == (f"own_{own.key}", "Colour")
    assert "Red" in before
    assert "Blue" in after


def test_what_does_not_fit_is_refused_all_together_and_nothing_is_written():
    number, text, client = make_field("number", label="Length"), make_field("text", is_required=True), make_client()
    with pytest.raises(ValuesRefused) as refused:
        set_values(record=client, values={number.key: "long", text.key: " ", "unknown": 1}, by=SYSTEM)
    assert set(refused.value.problems) == {number.key, "unknown"}  # the text was empty before
    assert "Length: Write a number" in str(refused.value)
    client.refresh_from_db()
    assert client.custom == {}


def test_a_required_field_cannot_be_emptied_and_a_new_record_needs_it():
    own, client = make_field(is_required=True), make_client()
    with pytest.raises(ValuesRefused):
        set_values(record=client, values={}, by=SYSTEM, new=True)
    set_values(record=client, values={own.key: "a"}, by=SYSTEM, new=True)
    with pytest.raises(ValuesRefused) as refused:
        set_values(record=client, values={own.key: ""}, by=SYSTEM)
    assert refused.value.problems == {own.key: "This field is required."}


def test_a_retired_field_takes_nothing_and_keeps_what_it_has():
    own, other, client = make_field(), make_field(), make_client()
    set_values(record=client, values={own.key: "kept"}, by=SYSTEM)
    retire_field(field_id=own.pk, by=SYSTEM)
    with pytest.raises(ValuesRefused):
        set_values(record=client, values={own.key: "new"}, by=SYSTEM)
    held = set_values(record=client, values={other.key: "b"}, by=SYSTEM)
    assert held.custom[own.key] == "kept"


def test_who_may_not_change_the_record_may_not_fill_its_fields():
    own, client = make_field(), make_client()
    with pytest.raises(NotAllowed):
        set_values(record=client, values={own.key: "a"}, by=make_user("storekeeper"))
    with pytest.raises(NotAllowed):
        set_values(record=client, values={own.key: "a"}, by=make_user("seller"))  # a colleague's client


def test_a_stale_form_is_refused():
    own, client = make_field(), make_client()
    set_values(record=client, values={own.key: "a"}, by=SYSTEM, version=1)
    with pytest.raises(StaleVersion):
        set_values(record=client, values={own.key: "b"}, by=SYSTEM, version=1)


def test_a_link_points_to_a_record_the_user_may_know_of():
    own, seller = make_field("link"), make_user("seller")
    mine, foreign = make_client(owner=seller), make_client()
    with pytest.raises(ValuesRefused) as refused:
        set_values(record=mine, values={own.key: foreign.pk}, by=seller)
    assert refused.value.problems == {own.key: "There is no such record."}
    assert set_values(record=mine, values={own.key: mine}, by=seller).custom == {own.key: mine.pk}


def test_switched_off_there_are_no_own_fields_and_the_values_stay():
    own, client = make_field(), make_client()
    set_values(record=client, values={own.key: "kept"}, by=SYSTEM)
    SwitchedOff.objects.create(code="own_fields")
    forget()
    with pytest.raises(ValuesRefused):
        set_values(record=client, values={own.key: "x"}, by=SYSTEM)
    client.refresh_from_db()
    assert client.custom == {own.key: "kept"}


def test_the_number_of_statements_does_not_grow_with_the_fields(django_assert_max_num_queries):
    fields = [make_field() for _ in range(12)]
    client, user = make_client(), make_user("accountant")
    # Savepoints, context of the history, rights, lock, stamp and definitions, update.
    with django_assert_max_num_queries(11):
        set_values(record=client, values={own.key: "a" for own in fields}, by=user)


@pytest.mark.django_db(transaction=True)
def test_two_people_fill_two_fields_at_once_and_both_survive():
    one, two, client = make_field(), make_field(), make_client()
    for turn in range(5):
        at_once(
            lambda turn=turn: set_values(record=Client(pk=client.pk), values={one.key: f"a{turn}"}, by=SYSTEM),
            lambda turn=turn: set_values(record=Client(pk=client.pk), values={two.key: f"b{turn}"}, by=SYSTEM),
        )
        client.refresh_from_db()
        assert client.custom == {one.key: f"a{turn}", two.key: f"b{turn}"}


def test_a_column_full_of_rubbish_is_taken_for_nothing():
    own, client = make_field("number"), make_client()
    for planted in ('"text"', "[1, 2]", "7", f'{{"{own.key}": {{"deep": 1}}}}', f'{{"{own.key}": "about 5"}}'):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE crm_client SET custom = %s::jsonb WHERE id = %s", [planted, client.pk])
        client.refresh_from_db()
        assert kit.facts(client, SYSTEM)[0][2] == ""
        assert kit.api_values(client, SYSTEM) == {own.key: None}
        assert kit.columns(Client, SYSTEM)[0].get(client) is None
        (narrow,) = kit.filters(Client, SYSTEM).values()
        assert list(narrow.filter(Client.objects.all(), slice(1, None))) == []
    assert set_values(record=client, values={own.key: 3}, by=SYSTEM).custom == {own.key: "3.00"}
