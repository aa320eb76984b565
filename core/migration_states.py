"""States of the models for migration operations, without rendering more of them than the database needs.

Rendering makes a class of every model, half a second for this schema. Django does it before each migration; most
migrations name a few tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation
from django.db.models import Field

Key = tuple[str, str]

# What tells the table of a model that is only pointed at.
OF_THE_TABLE = {"db_table", "db_tablespace", "managed", "swappable"}


class RenderedWhenAsked:
    """Stands for the rendered models of a state, and renders them at the first question about them.

    A state without rendered models would be rendered by Django before the next migration, asked or not.
    """

    def __init__(self, state: ProjectState) -> None:
        self._state = state
        self._apps: StateApps | None = None

    def __getattr__(self, name: str) -> Any:
        if self._apps is None:
            self._apps = StateApps(self._state.real_apps, self._state.models)
            if self._state.__dict__.get("apps") is self:
                self._state.__dict__["apps"] = self._apps
        return getattr(self._apps, name)

    def clone(self) -> Any:
        """The same for a copy of the state: what happens to the state later does not touch it."""
        if self._apps is not None:
            return self._apps.clone()
        models = {key: model.clone() for key, model in self._state.models.items()}
        return RenderedWhenAsked(ProjectState(models, self._state.real_apps))


def forget_rendered(state: ProjectState) -> bool:
    """Take the rendered models away from a state that is about to change; say whether there were any."""
    return state.__dict__.pop("apps", None) is not None


def render_when_asked(state: ProjectState) -> None:
    """Promise rendered models; functions in migrations and signals get truly rendered ones all the same."""
    state.__dict__["apps"] = RenderedWhenAsked(state)
    state.is_delayed = True


def part_of(state: ProjectState, keys: Iterable[Key]) -> ProjectState | None:
    """A state with these models, and of the models they point at the table and its plain columns.

    None if a model rests on one that the state does not list (the hidden table of a many-to-many field).
    """
    whole: dict[Key, ModelState] = {}
    pointed_at: dict[Key, ModelState] = {}
    waiting = [key for key in keys if key in state.models]
    while waiting:
        key = waiting.pop()
        if key in whole:
            continue
        model = whole[key] = state.models[key]
        for base in _bases(model):
            if base not in state.models:
                return None
            waiting.append(base)
        targets = _targets(key, model.fields.values())
        while targets:
            target = targets.pop()
            if target in pointed_at or target not in state.models:
                continue
            if _bases(state.models[target]):
                waiting.append(target)
                continue
            pointed_at[target] = _table_of(state.models[target])
            targets += _targets(target, pointed_at[target].fields.values())
    return ProjectState({**pointed_at, **whole}, state.real_apps)


def _bases(model: ModelState) -> list[Key]:
    named = [base for base in model.bases if isinstance(base, str)]
    return [resolve_relation(base, model.app_label, model.name_lower) for base in named]


def _targets(key: Key, fields: Iterable[Field]) -> list[Key]:
    found = []
    for field in fields:
        if field.remote_field:
            found.append(resolve_relation(field.remote_field.model, *key))
            if through := getattr(field.remote_field, "through", None):
                found.append(resolve_relation(through, *key))
    return found


def _table_of(model: ModelState) -> ModelState:
    """The model without what only points elsewhere; a key that is itself a reference stays."""
    fields = {name: field for name, field in model.fields.items() if not field.remote_field or field.primary_key}
    options = {name: value for name, value in model.options.items() if name in OF_THE_TABLE}
    return ModelState(model.app_label, model.name, fields, options, model.bases)
