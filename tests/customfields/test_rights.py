"""Who is not in a named role knows nothing of a field: in lists, filters, forms, cards, history, API and papers."""

import pytest

from core.actors import SYSTEM
from core.customfields import kit
from core.customfields.errors import ValuesRefused
from core.customfields.services import set_values
from crm.models import Client
from tests.factories.core import make_role, make_user
from tests.factories.crm import make_client
from tests.factories.customfields import make_field

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret():
    make_role("accountant")
    return make_field(label="Secret", key="secret", see_roles=["accountant"])


def names_for(user, client):
    """The own fields each part of the kit offers a user."""
    return {
        "columns": {column.name for column in kit.columns(Client, user)},
        "filters": set(kit.filters(Client, user)),
        "form": set(kit.form_fields(Client, user, client)),
        "facts": {name for name, _label, _value in kit.facts(client, user)},
        "changes": {name for name, *_rest in kit.changes(client, {}, client.custom, user)},
        "api": {f"own_{key}" for key in kit.api_values(client, user)},
        "schema": {f"own_{key}" for key in kit.schema(Client, user)["properties"]},
        "import": {name for name, _label, _read in kit.import_fields(Client, user)},
        "papers": {word.name.replace("own.", "own_") for word in kit.placeholders(Client, user)},
        "groups": {name for names in kit.groups(Client, user).values() for name in names},
    }


def test_each_part_of_the_kit_knows_the_field_or_none_does(secret):
    client = set_values(record=make_client(), values={"secret": "x"}, by=SYSTEM)
    for role, knows in {"accountant": True, "purchaser": False, "administrator": False}.items():
        offered = names_for(make_user(role), client)
        assert {part: "own_secret" in names for part, names in offered.items()} == dict.fromkeys(offered, knows), role
    assert all("own_secret" in names for names in names_for(make_user(is_superuser=True), client).values())
    assert [word.name for word in kit.placeholders(Client)] == []  # nobody named: only what everybody sees


def test_who_may_not_see_a_field_gets_the_answer_of_a_field_that_is_not_there(secret):
    client, user = make_client(), make_user("purchaser")
    problems = []
    for key in ("secret", "nowhere"):
        with pytest.raises(ValuesRefused) as refused:
            set_values(record=client, values={key: "x"}, by=user)
        problems.append((refused.value.problems[key], str(refused.value).replace(key, "")))
    assert problems[0] == problems[1]


def test_who_sees_but_does_not_fill_reads_only():
    make_role("accountant")
    own = make_field("number", key="rating", fill_roles=["accountant"])
    client, reader, filler = make_client(), make_user("purchaser"), make_user("accountant")
    set_values(record=client, values={"rating": 5}, by=filler)
    with pytest.raises(ValuesRefused) as refused:
        set_values(record=client, values={"rating": 6}, by=reader)
    assert refused.value.problems == {"rating": "You may not fill this field."}
    set_values(record=client, values={"rating": "5.00"}, by=reader)  # what stands there may be sent back
    offered = names_for(reader, client)
    assert "own_rating" in offered["columns"]
    assert "own_rating" not in offered["form"] | offered["import"] | offered["groups"]
    assert kit.schema(Client, reader)["properties"]["rating"]["readOnly"] is True
    assert "readOnly" not in kit.schema(Client, filler)["properties"]["rating"]
    assert own.key == "rating"


def test_a_required_field_of_others_is_not_asked_of_me():
    make_role("accountant")
    make_field(key="rating", is_required=True, fill_roles=["accountant"])
    set_values(record=make_client(), values={}, by=make_user("purchaser"), new=True)
    assert kit.schema(Client, make_user("purchaser"))["required"] == []


def test_a_link_to_a_foreign_record_is_not_named():
    own, seller = make_field("link", key="partner"), make_user("seller")
    foreign, mine = make_client(name="Foreign Ltd"), make_client(owner=seller)
    set_values(record=mine, values={own.key: foreign.pk}, by=SYSTEM)
    mine.refresh_from_db()
    assert kit.facts(mine, seller)[0][2] == "hidden record"
    assert str(kit.columns(Client, seller)[0].get(mine)) == "hidden record"
    mine.refresh_from_db()
    mine.__dict__.pop("_own_linked", None)
    assert "Foreign Ltd" in kit.facts(mine, SYSTEM)[0][2]
