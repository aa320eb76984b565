"""Resources: what the API shows of one kind of record, and what can be done with it.

Declared once per kind in `<app>/api/<subject>.py`, as plain lists that read from top to bottom. `core.api.endpoints`
makes addresses of them, `core.api.publishing` the data of webhooks.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from ninja import Router, Schema

from core import policy
from core.actors import Actor
from core.api import fields as shown
from core.api.fields import Computed, Nested
from core.api.filters import Filter, parameters_of
from core.models import CustomValues, Entity
from core.models.base import Binnable
from core.ui import registers, switches


@dataclass(frozen=True)
class Call:
    """One wish to change something. `key` names the wish for services that know keys; `version` is the one seen."""

    user: Any
    at: datetime
    data: Any = None
    record: Any = None
    key: str | None = None
    version: int | None = None

    def values(self, *without: str) -> dict[str, Any]:
        """What the caller sent, by name; members that were left out are missing. Own fields go another way."""
        return self.data.model_dump(exclude_unset=True, exclude={"own", *without})


Run = Callable[[Call], Any]


@dataclass(frozen=True)
class Create:
    """`POST /<path>/`. `answer` names the columns of the answer where it is not the whole record; `scope` is another
    scope that is enough for this alone."""

    schema: type[Schema]
    run: Run
    doc: str = ""
    answer: Sequence[str] = ()
    scope: str = ""


@dataclass(frozen=True)
class Change:
    """`PATCH /<path>/<id>/` with `If-Match`; `schema` has every member optional."""

    schema: type[Schema]
    run: Run
    doc: str = ""


@dataclass(frozen=True)
class Verb:
    """`POST /<path>/<id>/actions/<name>/`. `makes` is the resource of the answer when it is another record."""

    name: str
    run: Run
    schema: type[Schema]
    doc: str
    makes: str = ""


@dataclass(frozen=True)
class Resource:
    """One kind of record. `fields` are columns (foreign keys by `_id`); `rows` narrows to what a user may know of
    where the model has no `visible_to`; `guarded` names the right to see a field, besides the register's own."""

    path: str
    model: type[Model]
    doc: str
    fields: Sequence[str]
    view_action: str = ""
    computed: Sequence[Computed] = ()
    nested: Sequence[Nested] = ()
    guarded: dict[str, str] = field(default_factory=dict)
    filters: Sequence[Filter] = ()
    sorts: Sequence[str] = ()
    joins: Sequence[str] = ()
    rows: Callable[[Actor], QuerySet[Any]] | None = None
    searched: bool = False
    create: Create | None = None
    change: Change | None = None
    verbs: Sequence[Verb] = ()
    switch: str = ""
    also_seen_by: Sequence[str] = ()

    @property
    def name(self) -> str:
        """The name of its schemas: `LegalEntities` for `legal-entities`."""
        return self.path.title().replace("-", "")

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @property
    def action(self) -> str:
        """The right to see such records at all."""
        return self.view_action or f"{self.app}.view_{self.model._meta.model_name}"

    @property
    def is_on(self) -> bool:
        """Is the module it belongs to (and its own switch) on?"""
        return switches.app_is_on(self.app) and switches.is_on(self.switch)

    @property
    def is_written(self) -> bool:
        return bool(self.create or self.change or self.all_verbs)

    @property
    def all_verbs(self) -> list[Verb]:
        """Its own actions and those that apps above added."""
        return [*self.verbs, *_more_verbs.get(self.path, [])]

    def require_view(self, user: Actor) -> None:
        """Raise NotAllowed for a user without the right to see such records at all."""
        if not any(policy.allows(user, action) for action in self.also_seen_by):
            policy.require(user, self.action)

    @cached_property
    def has_version(self) -> bool:
        return issubclass(self.model, Entity)

    @cached_property
    def has_own(self) -> bool:
        return issubclass(self.model, CustomValues)

    @cached_property
    def names(self) -> tuple[str, ...]:
        stamps = shown.STAMPS if self.has_version else ()
        return ("id", *self.fields, *(name for name in stamps if name not in self.fields))

    @property
    def guards(self) -> dict[str, str]:
        """The right each guarded field needs; the register of the model is asked as well."""
        register = registers.of(self.model)
        return {**(register.guarded if register else {}), **self.guarded}

    @cached_property
    def parameters(self) -> type[Schema]:
        extra = (Filter("updated_since", "updated_at", "gte", "Changed at this moment or later."),)
        every = (*self.filters, *(extra if self.has_version else ()))
        return parameters_of(self.name, self.model, every, self.sorts, searched=self.searched)

    @cached_property
    def filters_by_name(self) -> dict[str, Filter]:
        found = {each.name: each for each in self.filters}
        if self.has_version:
            found["updated_since"] = Filter("updated_since", "updated_at", "gte")
        return found

    @cached_property
    def row_schema(self) -> type[Schema]:
        return shown.schema_of(
            f"{self.name}Row", self.model, self.names, computed=self.computed, guarded=self.guards, own=self.has_own
        )

    @cached_property
    def schema(self) -> type[Schema]:
        if not self.nested:
            return self.row_schema
        return shown.schema_of(
            self.name, self.model, self.names, computed=self.computed, nested=self.nested, guarded=self.guards,
            own=self.has_own,
        )  # fmt: skip

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        """The records the user may know of; every answer starts here."""
        if self.rows is not None:
            found = self.rows(user)
            return found.filter(binned_at=None) if issubclass(self.model, Binnable) else found
        register = registers.of(self.model)
        if register is not None and register.view_action:
            return register.visible_to(user)
        return self.model._default_manager.visible_to(user, self.action)  # type: ignore[attr-defined]

    def list_for(self, user: Actor) -> QuerySet[Any]:
        return self.rows_for(user).select_related(*self.joins) if self.joins else self.rows_for(user)

    def single_for(self, user: Actor) -> QuerySet[Any]:
        return self.list_for(user).prefetch_related(*(part.prefetch for part in self.nested))

    def hidden_from(self, user: Actor) -> frozenset[str]:
        """The guarded fields this user may not see."""
        return frozenset(name for name, action in self.guards.items() if not policy.allows(user, action))


_resources: dict[str, Resource] = {}
_more_verbs: dict[str, list[Verb]] = {}
_routers: dict[str, tuple[Router, str]] = {}


def add_verbs(path: str, *verbs: Verb) -> None:
    """Let an app add what can be done with the records of an app below it."""
    _more_verbs.setdefault(path, []).extend(verb for verb in verbs if verb not in _more_verbs.get(path, []))


def add_router(path: str, router: Router, *, switch: str = "") -> None:
    """Declare addresses that are no records of a table."""
    _routers[path] = (router, switch)


def routers() -> dict[str, tuple[Router, str]]:
    load()
    return dict(_routers)


def add(*resources: Resource) -> None:
    """Declare resources; a path is declared once."""
    for resource in resources:
        if _resources.setdefault(resource.path, resource) is not resource:
            raise RuntimeError(f"{resource.path} is declared twice")


@cache
def load() -> None:
    """Import what the apps declare in their `api` packages. The web does it at its start, a worker when it needs it."""
    importlib.import_module("core.api.organisation")
    for config in apps.get_app_configs():
        if config.name != "core" and find_spec(f"{config.name}.api") is not None:
            importlib.import_module(f"{config.name}.api")


def everything() -> list[Resource]:
    load()
    return [_resources[path] for path in sorted(_resources)]


def by_path(path: str) -> Resource:
    """Raises LookupError."""
    load()
    return _resources[path]


def of_model(model: type[Model]) -> Resource | None:
    """The first declared resource of a model."""
    load()
    return next((resource for resource in _resources.values() if resource.model is model), None)
