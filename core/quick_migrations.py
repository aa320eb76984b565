"""Migrations that are applied without rendering all models anew after each of their operations.

Django keeps the classes of all models up to date from operation to operation, and renders whatever is related to a
change again; in this schema nearly everything is. Two thirds of the time in which a new database comes to its tables
were spent on that. Here an operation on one table gets that table and those it points at, any other one the whole, at
its first question.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.transaction import atomic

from core.migration_operations import CreateTogether, needed
from core.migration_states import forget_rendered, render_when_asked

apply_as_django = Migration.apply


def apply(
    self: Migration, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
) -> ProjectState:
    """Take the place of `Migration.apply`; what it would only write down is left to Django."""
    if collect_sql:
        return apply_as_django(self, project_state, schema_editor, collect_sql)
    for operation in self.operations:
        forget_rendered(project_state)
        old_state = project_state.clone()
        operation.state_forwards(self.app_label, project_state)
        for state in (old_state, project_state):
            render_when_asked(state)
        with _transaction(self, operation, schema_editor):
            operation.database_forwards(
                self.app_label, schema_editor, *_seen(self.app_label, operation, old_state, project_state)
            )
    return project_state


def _seen(
    app_label: str, operation: Operation, from_state: ProjectState, to_state: ProjectState
) -> tuple[ProjectState, ProjectState]:
    if isinstance(operation, CreateTogether):  # it looks for itself
        return from_state, to_state
    return needed(app_label, [operation], from_state, to_state)


def _transaction(migration: Migration, operation: Operation, schema_editor: BaseDatabaseSchemaEditor) -> Any:
    """One of the operation's own, where the migration as a whole has none."""
    wants_one = operation.atomic or (migration.atomic and operation.atomic is not False)
    if wants_one and not schema_editor.atomic_migration:
        return atomic(schema_editor.connection.alias)
    return nullcontext()


@contextmanager
def in_parts() -> Iterator[None]:
    """Migrations that are applied meanwhile see no more than they need."""
    Migration.apply = apply  # type: ignore[method-assign]
    try:
        yield
    finally:
        Migration.apply = apply_as_django  # type: ignore[method-assign]
