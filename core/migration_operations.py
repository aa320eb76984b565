"""Migration operations of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateTogether(Operation):
    """Create tables in one step, with their constraints, indexes and triggers, and complete others on the way.

    Django renders all related models anew after every single operation; where everything knows the user, that
    is quadratic (a minute for this schema instead of two seconds). Here the state is rendered once and each
    table is made in its final form, so operations that only complete a table made here say nothing to the
    database. Foreign keys are deferred by the schema editor, so circles do not matter. Operations on tables that
    were there before run one after the other, between the same two states; none may depend on the one before.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        made = {operation.name_lower for operation in self.operations if isinstance(operation, CreateModel)}
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
