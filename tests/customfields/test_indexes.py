"""Fast filters: indexes are built and removed beside the work, and the filters of fields use them."""

import pytest
from django.db import DatabaseError, connection

from core.actors import SYSTEM
from core.customfields import indexes, kit
from core.customfields.defining import change_field, retire_field, retry_index
from core.customfields.services import set_values
from core.customfields.tasks import settle_own_indexes
from core.models import CustomField
from core.selectors.history import history_of
from crm.models import Client
from inventory.models import Item
from tests.core.threads import at_once
from tests.factories.crm import make_client
from tests.factories.customfields import make_field

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_index_stays():
    yield
    CustomField.objects.update(is_indexed=False)
    indexes.settle()


def built():
    return set(indexes._existing())


def state(own):
    own.refresh_from_db()
    return own.index_state


ASKED = {
    "text": "oak", "number": slice(5, 9), "money": slice(5, 9), "date": None, "choice": ["red"], "choices": ["west"],
    "yesno": "true",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(ASKED))
def test_the_filter_of_each_kind_is_answered_by_its_index(kind):
    own = make_field(kind, is_indexed=True)  # the worker is woken after commit; in tests it works at once
    assert state(own) == "ready"
    name = indexes.name_of(own, "crm_client")
    assert built() == {name}
    (narrow,) = kit.filters(Client, SYSTEM).values()
    asked = narrow.field.clean("2026-03") if kind == "date" else ASKED[kind]
    rows = narrow.filter(Client.objects.all(), asked)
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan = rows.explain()
        cursor.execute("RESET enable_seqscan")
    assert name in plan, plan


def test_one_index_serves_all_that_is_asked_by_containment():
    fields = [make_field(kind, is_indexed=True) for kind in ("choice", "choices", "yesno", "link")]
    on_items = make_field("choice", model="inventory.item", is_indexed=True)
    assert built() == {"own_values_crm_client", "own_values_inventory_item"}
    for own in fields[1:]:
        retire_field(field_id=own.pk, by=SYSTEM)
    assert built() == {"own_values_crm_client", "own_values_inventory_item"}
    change_field(field_id=fields[0].pk, changes={"is_indexed": False}, by=SYSTEM)
    assert built() == {"own_values_inventory_item"}
    assert [state(own) for own in (*fields, on_items)] == ["none"] * 4 + ["ready"]
    assert Item.objects.count() == 0


def test_a_second_run_finds_nothing_and_the_history_is_not_full_of_machinery():
    own = make_field("number", is_indexed=True)
    assert settle_own_indexes() == 0
    assert len(history_of(own)) == 1
    assert own.version == CustomField.objects.get(pk=own.pk).version


def test_another_kind_gets_another_index():
    own = make_field("text", is_indexed=True)
    change_field(field_id=own.pk, changes={"kind": "number"}, by=SYSTEM)
    assert built() == {f"own_field_{own.pk}_number"}
    assert state(own) == "ready"


def test_a_failed_index_says_so_and_is_tried_again(monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(indexes, "_BY_ORDER", "USING btree (({value}), nowhere)")
        own = make_field("number", is_indexed=True)
    assert state(own) == "failed"
    assert "nowhere" in own.index_error
    assert indexes.settle() == 0  # it waits for a person
    retry_index(field_id=own.pk, by=SYSTEM)
    assert state(own) == "ready"


def test_a_build_that_was_broken_off_is_done_again():
    own = make_field("number", is_indexed=True)
    name = f"own_field_{own.pk}_number"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [name])
    assert indexes._existing() == {name: False}
    indexes.settle()
    assert indexes._existing() == {name: True}


def test_not_inside_a_transaction(django_db_blocker):
    from django.db import transaction

    with transaction.atomic(), pytest.raises(RuntimeError):
        indexes.settle()


def test_two_builders_do_not_meet():
    own = make_field("number")
    CustomField.objects.filter(pk=own.pk).update(is_indexed=True, index_state="building")
    answers = at_once(indexes.settle, indexes.settle, indexes.settle)
    assert not [answer for answer in answers if isinstance(answer, DatabaseError)]
    assert sum(answers) == 1
    assert state(own) == "ready"


def test_people_write_while_values_of_the_wrong_form_lie_around():
    own, client = make_field("number"), make_client()
    with connection.cursor() as cursor:
        planted = f'{{"{own.key}": "about ten"}}'
        cursor.execute("UPDATE crm_client SET custom = %s::jsonb WHERE id = %s", [planted, client.pk])
    change_field(field_id=own.pk, changes={"is_indexed": True}, by=SYSTEM)
    assert state(own) == "ready"
    set_values(record=client, values={own.key: 10}, by=SYSTEM)
    (narrow,) = kit.filters(Client, SYSTEM).values()
    assert list(narrow.filter(Client.objects.all(), slice(10, 10))) == [client]
