"""Migrations render no more models than they need, and what they see of the others tells the same tables."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import get_commands
from django.db import connection, models
from django.db.migrations import AddField, AlterField, CreateModel, Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState, StateApps

from core.migration_operations import CreateTogether, needed
from core.migration_states import RenderedWhenAsked, part_of
from core.quick_migrations import in_parts


def link(to: str) -> models.ForeignKey:
    return models.ForeignKey(to, models.CASCADE)


def state_of(*made: ModelState) -> ProjectState:
    return ProjectState({(model.app_label, model.name_lower): model for model in made})


def towns() -> ProjectState:
    """A house points at a street, a street at a town, a town at a country whose key is that of a place."""
    return state_of(
        ModelState("land", "Place", [("id", models.BigAutoField(primary_key=True))]),
        ModelState(
            "land", "Country", [("place", models.OneToOneField("land.place", models.CASCADE, primary_key=True))]
        ),
        ModelState("land", "Town", [("id", models.BigAutoField(primary_key=True)), ("country", link("land.country"))]),
        ModelState(
            "land",
            "Street",
            [
                ("id", models.IntegerField(primary_key=True)),
                ("code", models.CharField(max_length=3, unique=True)),
                ("town", link("land.town")),
            ],
            {"db_table": "streets"},
        ),
        ModelState("land", "House", [("id", models.BigAutoField(primary_key=True)), ("street", link("land.street"))]),
        ModelState("land", "Avenue", [], {"proxy": True}, ("land.street",)),
    )


def test_a_part_holds_the_named_models_and_the_tables_they_point_at() -> None:
    part = part_of(towns(), [("land", "house")])
    assert part is not None
    assert set(part.models) == {("land", "house"), ("land", "street")}
    street = part.apps.get_model("land", "street")
    assert street._meta.db_table == "streets"
    assert [field.name for field in street._meta.get_fields() if not field.auto_created] == ["id", "code"]


def test_a_key_that_is_a_reference_brings_its_own_target() -> None:
    part = part_of(towns(), [("land", "town")])
    assert part is not None
    assert set(part.models) == {("land", "town"), ("land", "country"), ("land", "place")}
    column = part.apps.get_model("land", "town")._meta.get_field("country")
    assert column.db_type(connection) == "bigint"


def test_a_model_brings_the_one_it_rests_on_with_all_its_fields() -> None:
    part = part_of(towns(), [("land", "avenue")])
    assert part is not None
    assert "town" in part.models["land", "street"].fields
    assert part.apps.get_model("land", "avenue")._meta.db_table == "streets"


def test_a_model_on_a_hidden_table_needs_the_whole_state() -> None:
    state = towns()
    state.add_model(ModelState("land", "Pin", [], {"proxy": True}, ("land.town_pinned_by",)))
    assert part_of(state, [("land", "pin")]) is None


def test_models_are_rendered_at_the_first_question() -> None:
    state = towns()
    waiting = state.__dict__["apps"] = RenderedWhenAsked(state)
    before = state.clone()
    state.add_field("land", "house", "number", models.IntegerField(), True)
    assert isinstance(state.apps, StateApps)
    assert waiting.get_model("land", "house") is state.apps.get_model("land", "house")
    assert [field.name for field in before.apps.get_model("land", "house")._meta.fields] == ["id", "street"]
    assert "number" in [field.name for field in state.apps.get_model("land", "house")._meta.fields]


@pytest.mark.parametrize(
    ("operation", "is_part"),
    [
        (CreateModel("Room", [("id", models.BigAutoField(primary_key=True)), ("house", link("land.house"))]), True),
        (AddField("house", "number", models.IntegerField(null=True)), True),
        (AlterField("house", "street", models.ForeignKey("land.street", models.PROTECT)), True),
        (AlterField("street", "code", models.CharField(max_length=5, unique=True)), False),
        (AlterField("street", "id", models.BigIntegerField(primary_key=True)), False),
        (RunPython(RunPython.noop), False),
    ],
)
def test_only_operations_on_their_own_table_see_a_part(operation: Operation, is_part: bool) -> None:
    before, after = towns(), towns()
    together = CreateTogether([operation])
    together.state_forwards("land", after)
    seen = needed("land", [operation], before, after)
    assert (seen[1] is not after) == is_part


def test_a_state_that_nobody_rendered_stays_so() -> None:
    state = towns()
    CreateTogether([AddField("house", "number", models.IntegerField(null=True))]).state_forwards("land", state)
    assert "apps" not in state.__dict__
    assert state.apps.get_model("land", "house")
    CreateTogether([AddField("house", "floors", models.IntegerField(null=True))]).state_forwards("land", state)
    assert isinstance(state.__dict__["apps"], RenderedWhenAsked)


@pytest.mark.django_db
def test_a_migration_of_single_tables_renders_the_whole_for_nothing() -> None:
    made, look, seen = Migration("0002_rooms", "land"), Migration("0003_look", "land"), []
    made.operations = [
        CreateModel("Room", [("id", models.BigAutoField(primary_key=True)), ("size", models.IntegerField())]),
        AddField("room", "door", models.CharField(max_length=5, default="oak")),
        AlterField("room", "size", models.BigIntegerField()),
    ]
    look.operations = [RunPython(lambda apps, _editor: seen.append(apps.get_model("land", "room").objects.count()))]
    with connection.schema_editor() as editor, in_parts():
        state = made.apply(towns(), editor)
        assert state.__dict__["apps"]._apps is None
        look.apply(state, editor)
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "land_room")
    assert [column.name for column in found] == ["id", "size", "door"]
    assert seen == [0]


def test_the_command_that_migrates_is_the_quick_one() -> None:
    assert get_commands()["migrate"] == "core"


def columns(model: Any) -> list[tuple[str, str | None, str | None]]:
    return [
        (field.column, field.db_type(connection), field.remote_field and field.target_field.model._meta.db_table)
        for field in model._meta.local_concrete_fields
    ]


@pytest.mark.django_db
def test_every_table_of_the_project_looks_the_same_in_part_and_whole() -> None:
    whole = MigrationLoader(connection).project_state()
    for app in {app for app, _ in whole.models}:
        keys = [key for key in whole.models if key[0] == app]
        for part in filter(None, [part_of(whole, keys)]):
            for key in keys:
                assert columns(part.apps.get_model(*key)) == columns(whole.apps.get_model(*key)), key
