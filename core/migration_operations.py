"""Migration operations of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from core.migration_states import forget_rendered, part_of, render_when_asked

# They look at their own table, and at the tables it points at.
OF_ONE_TABLE = (
    AddConstraint, AddField, AddIndex, AddTrigger, AlterField, AlterModelOptions, CreateModel, RemoveConstraint,
    RemoveIndex, RemoveTrigger,
)  # fmt: skip


class CreateTogether(Operation):
    """Create tables in one step, with their constraints, indexes and triggers, and complete others on the way.

    Django renders all related models anew after every single operation; where everything knows the user, that
    is quadratic (a minute for this schema instead of seconds). Here the tables that the operations name are
    rendered, once, and each table is made in its final form, so operations that only complete a table made here
    say nothing to the database. Foreign keys are deferred by the schema editor, so circles do not matter.
    Operations on tables that were there before run one after the other, between the same two states; none may
    depend on the one before.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        was_rendered = forget_rendered(state)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if was_rendered:
            render_when_asked(state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        made = {operation.name_lower for operation in self.operations if isinstance(operation, CreateModel)}
        from_state, to_state = needed(app_label, self.operations, from_state, to_state)
        for operation in self.operations:
            if isinstance(operation, (AddConstraint, AddField, AddIndex)) and operation.model_name_lower in made:
                continue
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        made = {operation.name_lower for operation in self.operations if isinstance(operation, CreateModel)}
        for operation in reversed(self.operations):
            model = getattr(operation, "model_name", "").lower()
            if isinstance(operation, CreateModel) or (model and model not in made):
                operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        made = sum(isinstance(operation, CreateModel) for operation in self.operations)
        return f"Create {made} tables together" if made else f"Do {len(self.operations)} changes together"


def needed(
    app_label: str, operations: Sequence[Operation], from_state: ProjectState, to_state: ProjectState
) -> tuple[ProjectState, ProjectState]:
    """The two states with the tables that are named here, or all of them if an operation may reach further."""
    keys = set()
    for operation in operations:
        if not isinstance(operation, OF_ONE_TABLE):
            return from_state, to_state
        key = app_label, getattr(operation, "model_name", getattr(operation, "name", "")).lower()
        if isinstance(operation, AlterField) and (
            _may_be_referenced(operation, from_state.models[key]) or _may_be_referenced(operation, to_state.models[key])
        ):
            return from_state, to_state
        keys.add(key)
    return part_of(from_state, keys) or from_state, part_of(to_state, keys) or to_state


def _may_be_referenced(operation: AlterField, model: ModelState) -> bool:
    """Columns of other tables follow the type of a unique one."""
    return bool(model.fields[operation.name].unique)
