"""Filters narrow by what values mean, sort paths order by it, and pages of linked records cost one statement."""

import datetime

import pytest
from django.db.models import F
from django.http import QueryDict

from core.actors import SYSTEM
from core.customfields import kit
from core.customfields.services import set_values
from core.models import Currency
from crm.models import Client
from tests.factories.crm import make_client
from tests.factories.customfields import make_field

pytestmark = pytest.mark.django_db


def names(filter_, **data):
    """The clients left by a filter that reads these parameters, as a FilterSet would ask it."""
    query = QueryDict(mutable=True)
    for key, value in data.items():
        query.setlist(key, value if isinstance(value, list) else [value])
    field = filter_.field
    value = field.clean(field.widget.value_from_datadict(query, {}, "x"))
    return sorted(filter_.filter(Client.objects.all(), value).values_list("name", flat=True))


def given(own, **values):
    for name, value in values.items():
        set_values(record=make_client(name=name), values={own.key: value}, by=SYSTEM)
    make_client(name="empty")


def only_filter():
    (found,) = kit.filters(Client, SYSTEM).values()
    return found


def test_text_by_a_part_in_capitals_or_not():
    given(make_field(), a="Solid OAK", b="birch", c="100% oak_x")
    assert names(only_filter(), x="oak") == ["a", "c"]
    assert names(only_filter(), x="0% OAK_") == ["c"]  # no wildcards
    assert names(only_filter(), x="") == ["a", "b", "c", "empty"]


def test_numbers_by_a_range_as_numbers():
    given(make_field("number"), a="9", b="10", c="100.5", d="-3")
    assert names(only_filter(), x_min="9.5") == ["b", "c"]
    assert names(only_filter(), x_min="-5", x_max="10") == ["a", "b", "d"]
    assert names(only_filter(), x_max="0") == ["d"]


def test_days_by_a_period_in_words():
    given(make_field("date"), a="2026-03-05", b="2026-03-31", c="2025-12-31")
    assert names(only_filter(), x="2026-03") == ["a", "b"]
    assert names(only_filter(), x="2025") == ["c"]
    assert names(only_filter(), x="2026-03-06..2026-12-31") == ["b"]


def test_choices_by_any_of_them():
    given(make_field("choice"), a="red", b="green", c="blue")
    assert names(only_filter(), x=["red", "blue"]) == ["a", "c"]


def test_several_choices_by_any_of_them():
    given(make_field("choices"), a=["north", "south"], b=["west"], c=["south"])
    assert names(only_filter(), x=["south"]) == ["a", "c"]
    assert names(only_filter(), x=["west", "north"]) == ["a", "b"]


def test_yes_or_no_and_not_asked_is_neither():
    given(make_field("yesno"), a=True, b=False)
    assert names(only_filter(), x="true") == ["a"]
    assert names(only_filter(), x="false") == ["b"]


def test_links_by_the_record():
    target = make_client(name="target")
    given(make_field("link"), a=target, b=make_client(name="other"))
    assert names(only_filter(), x=str(target.pk)) == ["a"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [("number", ["10", "9", "100"]), ("date", ["2026-10-01", "2026-02-01", "2027-01-01"]), ("text", ["b", "a", "c"])],
)
def test_a_list_sorts_by_what_the_value_means(kind, values):
    own = make_field(kind)
    for value in values:
        set_values(record=make_client(name=value), values={own.key: value}, by=SYSTEM)
    make_client(name="none")
    (column,) = kit.columns(Client, SYSTEM)
    ordered = Client.objects.order_by(F(column.sort).asc(nulls_last=True)).values_list("name", flat=True)
    assert list(ordered) == [values[1], values[0], values[2], "none"]


def test_a_key_like_a_word_of_the_database_is_a_key():
    for key in ("contains", "isnull", "exact", "year", "values"):
        own = make_field(key=key)
        set_values(record=make_client(name=key), values={own.key: "x"}, by=SYSTEM)
    for column in kit.columns(Client, SYSTEM):
        assert Client.objects.order_by(column.sort).count() == 5
    for name, filter_ in kit.filters(Client, SYSTEM).items():
        assert names(filter_, x="x") == [name.removeprefix("own_")]


def test_a_page_of_linked_records_costs_one_statement_however_long(django_assert_num_queries):
    own = make_field("link")
    for number in range(12):
        linked = make_client(name=f"to {number}")
        set_values(record=make_client(name=f"from {number}"), values={own.key: linked.pk}, by=SYSTEM)
    rows = list(Client.objects.filter(name__startswith="from").order_by("pk"))
    (column,) = kit.columns(Client, SYSTEM)
    with django_assert_num_queries(1):
        kit.prime(rows, SYSTEM)
        assert [str(column.get(row)) for row in rows] == [f"to {number}" for number in range(12)]


def test_what_a_card_and_a_paper_say():
    Currency.objects.get_or_create(code="EUR", defaults={"name": "Euro"})
    fields = [
        make_field(kind, label=kind) for kind in ("text", "number", "money", "date", "choice", "choices", "yesno")
    ]
    given_values = ["<b>", "1234.5", "1234.5", "2026-03-05", "red", ["north", "west"], False]
    values = {own.key: value for own, value in zip(fields, given_values, strict=True)}
    client = set_values(record=make_client(), values=values, by=SYSTEM)
    said = {label: str(value) for _name, label, value in kit.facts(client, SYSTEM)}
    assert said["text"] == "&lt;b&gt;"
    assert said["money"] == "€1,234.50"
    assert said["choices"] == "North, West"
    assert "Red" in said["choice"]
    paper = {word.label: word.write(client) for word in kit.placeholders(Client)}
    assert paper["text"] == "<b>"  # the template escapes
    assert paper["choice"] == "Red"
    assert paper["yesno"] == "no"


def test_a_form_gives_back_what_it_was_given():
    kinds = ("text", "number", "money", "date", "choice", "choices", "yesno", "link")
    fields = {kind: make_field(kind) for kind in kinds}
    other = make_client()
    given_values = ["Oak", "2.50", "9.90", "2026-03-05", "green", ["south"], True, other.pk]
    values = {fields[kind].key: value for kind, value in zip(kinds, given_values, strict=True)}
    client = set_values(record=make_client(), values=values, by=SYSTEM)
    made = kit.form_fields(Client, SYSTEM, client)
    cleaned = {}
    for name, field in made.items():
        initial = field.initial
        shown = initial.isoformat() if isinstance(initial, datetime.date) else initial
        cleaned[name] = field.clean([*shown] if isinstance(shown, list) else str(shown))
    plain = kit.values_from(Client, cleaned)
    assert set_values(record=client, values=plain, by=SYSTEM).version == client.version


def test_columns_and_forms_cost_nothing(django_assert_num_queries):
    for kind in ("text", "number", "date", "choice", "yesno"):
        make_field(kind)
    client = make_client()
    kit.columns(Client, SYSTEM)
    with django_assert_num_queries(0):
        kit.columns(Client, SYSTEM)
        kit.filters(Client, SYSTEM)
        kit.form_fields(Client, SYSTEM, client)
        kit.facts(client, SYSTEM)
        kit.api_values(client, SYSTEM)
