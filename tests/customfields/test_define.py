"""Definitions: what is refused, what the database keeps, and that a redefinition never meets a filling."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from core.actors import SYSTEM
from core.customfields.defining import change_field, define_field, move_field, retire_field
from core.customfields.errors import (
    DefinitionRefused,
    HasValues,
    KeyTaken,
    NoOwnFields,
    OptionsGone,
    RecordsBusy,
    ValuesRefused,
)
from core.customfields.services import set_values
from core.errors import NotAllowed, StaleVersion
from core.models import CustomField
from core.setup import current, forget, fresh
from crm.models import Client
from tests.factories.core import make_currency, make_user
from tests.factories.crm import make_client
from tests.factories.customfields import make_field

pytestmark = pytest.mark.django_db


def define(**parts):
    return define_field(**{"model": "crm.client", "label": "Field", "kind": "text", "by": SYSTEM, **parts})


@pytest.mark.parametrize("role", ["director", "head_of_sales"])
def test_only_administrators_define(role):
    own = make_field()
    for call in (
        lambda by: define(by=by),
        lambda by: change_field(field_id=own.pk, changes={"label": "x"}, by=by),
        lambda by: retire_field(field_id=own.pk, by=by),
        lambda by: move_field(field_id=own.pk, up=True, by=by),
    ):
        with pytest.raises(NotAllowed):
            call(make_user(role))
    assert define(label="Mine", by=make_user("administrator")).key == "mine"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Delivery zone", "delivery_zone"),
        ("Länge (cm)", "lange_cm"),
        ("2nd visit", "field_2nd_visit"),
        ("Цвет", "field"),
    ],
)
def test_the_label_makes_a_key(label, key):
    assert define(label=label).key == key


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"label": "  "}, "label"),
        ({"kind": "poem"}, "kind"),
        ({"key": "Zone"}, "key"),
        ({"key": "own_text"}, "key"),
        ({"key": "a__b"}, "key"),
        ({"key": "x" * 41}, "key"),
        ({"kind": "choice"}, "options"),
        ({"kind": "choice", "options": [{"label": "a", "retired": True}]}, "options"),
        ({"kind": "choice", "options": [{"label": "a"}, {"label": "A"}]}, "options"),
        ({"kind": "link"}, "target"),
        ({"kind": "link", "target": "core.role"}, "target"),
        ({"kind": "number", "digits": 7}, "digits"),
        ({"kind": "money"}, "currency"),
        ({"see_roles": ["nobody"]}, "see_roles"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_part(parts, place):
    with pytest.raises(DefinitionRefused) as refused:
        define(**parts)
    assert refused.value.params["field"] == place
    assert not CustomField.objects.exists()


def test_a_key_is_given_once_per_kind_of_record_for_ever():
    first = define(key="zone")
    define(key="zone", model="crm.person")
    retire_field(field_id=first.pk, by=SYSTEM)
    with pytest.raises(KeyTaken):
        define(key="zone")
    with pytest.raises(NoOwnFields):
        define(key="zone", model="core.user")


def test_what_a_kind_has_no_use_for_is_left_out():
    own = define(kind="date", digits=3, target="crm.client", options=[{"label": "a"}], currency_id=make_currency().pk)
    assert (own.digits, own.target, own.options, own.currency_id) == (0, "", [], None)


def test_a_choice_that_exists_is_retired_never_removed():
    own = make_field("choice")
    with pytest.raises(OptionsGone) as refused:
        change_field(field_id=own.pk, changes={"options": own.options[:2]}, by=SYSTEM)
    assert "Blue" in str(refused.value)
    renamed = [{**own.options[0], "label": "Crimson"}, *own.options[1:], {"label": "Red"}]
    saved = change_field(field_id=own.pk, changes={"options": renamed}, by=SYSTEM)
    assert [option["code"] for option in saved.options] == ["red", "green", "blue", "red_2"]


def test_nothing_different_changes_nothing_and_old_forms_are_refused():
    own = make_field(label="Size")
    assert change_field(field_id=own.pk, changes={"label": "Size"}, by=SYSTEM).version == 1
    change_field(field_id=own.pk, changes={"label": "Length"}, by=SYSTEM, version=1)
    with pytest.raises(StaleVersion):
        change_field(field_id=own.pk, changes={"label": "Width"}, by=SYSTEM, version=1)


@pytest.mark.parametrize(
    ("kind", "value", "changes"),
    [
        ("text", "x", {"kind": "number"}),
        ("number", "1.25", {"digits": 1}),
        ("money", "5", {"currency_id": "USD"}),
        ("choice", "red", {"kind": "choices", "options": []}),
    ],
)
def test_what_would_make_values_meaningless_is_refused_while_there_are_any(kind, value, changes):
    make_currency("USD")
    own, client = make_field(kind), make_client()
    if changes.get("options") == []:
        changes = {**changes, "options": own.options}
    set_values(record=client, values={own.key: value}, by=SYSTEM)
    with pytest.raises(HasValues):
        change_field(field_id=own.pk, changes=changes, by=SYSTEM)
    set_values(record=client, values={own.key: None}, by=SYSTEM)
    change_field(field_id=own.pk, changes=changes, by=SYSTEM)


def test_more_digits_and_another_label_are_always_fine():
    own = make_field("number")
    set_values(record=make_client(), values={own.key: "1.25"}, by=SYSTEM)
    assert change_field(field_id=own.pk, changes={"digits": 4, "label": "Weight"}, by=SYSTEM).digits == 4


@pytest.mark.parametrize(
    "parts",
    [
        {"key": "Bad Key"},
        {"kind": "poem"},
        {"kind": "money"},
        {"kind": "link"},
        {"kind": "choice"},
        {"digits": 9},
    ],
)
def test_the_database_keeps_the_promises_by_itself(parts):
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomField.objects.create(**{"model": "crm.client", "key": "k", "label": "L", "kind": "text", **parts})


def test_the_key_of_a_field_never_changes():
    own = make_field()
    with pytest.raises(DatabaseError), transaction.atomic():
        CustomField.objects.filter(pk=own.pk).update(key="other")


def test_a_process_reads_definitions_anew_only_after_a_change(django_assert_num_queries):
    own = make_field()
    assert [field.key for field in current().fields["crm.client"]] == [own.key]
    with django_assert_num_queries(0):
        current()
    forget()  # the next request
    with django_assert_num_queries(1):
        current()
    CustomField.objects.filter(pk=own.pk).update(label="Past every service")
    with django_assert_num_queries(4):
        assert fresh().fields["crm.client"][0].label == "Past every service"


@pytest.mark.django_db(transaction=True)
def test_who_redefines_waits_for_who_fills_and_gives_up_in_time():
    own, client = make_field("text"), make_client()
    holds, may_go = threading.Event(), threading.Event()

    def fill():
        with transaction.atomic():
            set_values(record=client, values={own.key: "text"}, by=SYSTEM)
            holds.set()
            may_go.wait(timeout=20)
        connection.close()

    filler = threading.Thread(target=fill)
    filler.start()
    holds.wait(timeout=20)
    try:
        with pytest.raises(RecordsBusy):
            change_field(field_id=own.pk, changes={"kind": "number"}, by=SYSTEM)
    finally:
        may_go.set()
        filler.join(timeout=20)
    with pytest.raises(HasValues):
        change_field(field_id=own.pk, changes={"kind": "number"}, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_a_form_opened_before_a_redefinition_is_checked_by_the_new_one():
    own, client = make_field("text"), make_client()
    current()  # what the form was made by

    def redefine():
        change_field(field_id=own.pk, changes={"kind": "number"}, by=SYSTEM)
        connection.close()

    other = threading.Thread(target=redefine)
    other.start()
    other.join(timeout=20)
    with pytest.raises(ValuesRefused):
        set_values(record=client, values={own.key: "text"}, by=SYSTEM)
    assert Client.objects.get(pk=client.pk).custom == {}
