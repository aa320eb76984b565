"""Set-wise writes for the import services of the apps: what is new is copied in, what differs is changed.

Part of a service: called inside its transaction, after its checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.contrib.postgres.fields.ranges import RangeField
from django.db import connection, models
from django.db.models import NOT_PROVIDED
from django.utils import timezone
from psycopg2.extras import Range
from psycopg2.sql import SQL, Identifier

from core.actors import Actor, user_or_none
from core.copying import copy_in, reserve_keys, tell_planner
from core.imports.profiles import CHANGED, CREATED, SAME, Written
from core.models import Binnable, Entity
from core.search import kinds, trigrams
from core.search.statements import PAUSED, Statements
from core.updating import update_rows

OWN = "custom"


@dataclass
class Wish:
    """Values (by attname) that a record shall have. Without `pk` a new one is made.

    `keep` are columns that a known record keeps when the wish is empty there.
    """

    values: dict[str, Any]
    pk: int | None = None
    line: int = 0
    done: Done | None = None


@dataclass(frozen=True)
class Done:
    """What became of a wish: the record's key (0 in a rehearsal of a new one), the old values where it changed.

    `after` are the values wished for, of a record that has no version to be told by.
    """

    pk: int
    kind: str
    before: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    after: dict[str, Any] | None = None

    def written(self, line: int, model: type[models.Model], *, parts: int = 0, own: bool = True) -> Written:
        return Written(line, model, self.pk, self.kind, self.before, self.version, parts, self.after, own)


def grant(model: type[models.Model], wishes: Sequence[Wish], *, by: Actor, dry: bool = False) -> list[Done]:
    """Fulfil wishes, all with the same columns or fewer: three statements for any number of them.

    Changed records are locked and get the next version; a record that has all values already is left alone. With
    `dry` nothing is written.
    """
    known, is_versioned = _known(model, wishes, dry=dry), issubclass(model, Entity)
    is_binnable = issubclass(model, Binnable)
    fresh = [wish for wish in wishes if wish.pk is None]
    keys = [0] * len(fresh) if dry or not fresh else reserve_keys(model, len(fresh))
    for wish, key in zip(fresh, keys, strict=True):
        wish.done = Done(key, CREATED, version=1, after=None if is_versioned else _comparable(model, wish.values))
    if fresh and not dry:
        _insert(model, fresh, keys, by)
    changed = []
    for wish in wishes:
        if wish.pk is None:
            continue
        now = known[wish.pk]
        if is_binnable and now["binned_at"] is not None and "binned_at" not in wish.values:
            wish.values |= {"binned_at": None, "binned_by_id": None}  # who imports a record wants it back
        if OWN in wish.values:  # own fields that a row does not name stay
            wish.values[OWN] = {**now[OWN], **wish.values[OWN]}
        before = {name: now[name] for name, value in wish.values.items() if now[name] != value}
        version = now.get("version", 0)
        version += 1 if before else 0
        kind = CHANGED if before else SAME
        wish.done = Done(wish.pk, kind, before, version, None if is_versioned else _comparable(model, wish.values))
        now.update(wish.values, version=version)  # a second wish for the record sees the first
        changed += [wish] if before else []
    if changed and not dry:
        _update(model, changed, known, by)
    return [wish.done for wish in wishes if wish.done is not None]


def _comparable(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    if not _ranges(model):
        return values
    return {name: value for name, value in values.items() if not isinstance(value, Range)}


@cache
def _ranges(model: type[models.Model]) -> bool:
    return any(isinstance(column, RangeField) for column in model._meta.concrete_fields)


def _known(model: type[models.Model], wishes: Sequence[Wish], *, dry: bool) -> dict[int, dict[str, Any]]:
    wanted = {wish.pk for wish in wishes if wish.pk is not None}
    if not wanted:
        return {}
    names = {name for wish in wishes if wish.pk is not None for name in wish.values}
    names |= {"version"} if issubclass(model, Entity) else set()
    names |= {"binned_at", "binned_by_id"} if issubclass(model, Binnable) else set()
    rows = model._default_manager.filter(pk__in=wanted).order_by("pk")
    if not dry:
        rows = rows.select_for_update(of=("self",), no_key=True)
    return {row["pk"]: row for row in rows.values("pk", *names)}


def _insert(model: type[models.Model], fresh: Sequence[Wish], keys: Sequence[int], by: Actor) -> None:
    constant = dict(_defaults(model))
    moment, user = timezone.now(), user_or_none(by)
    constant |= {name: moment for name in ("created_at", "updated_at") if _has(model, name)}
    if _has(model, "created_by"):
        constant["created_by_id"] = user.pk if user else None
    names = list(dict.fromkeys(name for wish in fresh for name in wish.values))
    filler = [constant.pop(name, None) if name in constant else _plain_default(model, name) for name in names]
    pairs = list(zip(names, filler, strict=True))
    copy_in(
        model,
        [_field_name(model, name) for name in (model._meta.pk.attname, *names)],  # type: ignore[union-attr]
        [
            [key, *[values.get(name, otherwise) for name, otherwise in pairs]]
            for key, values in zip(keys, (wish.values for wish in fresh), strict=True)
        ],
        {_field_name(model, name): value for name, value in constant.items()},
    )
    tell_planner(model, len(fresh))


def _update(model: type[models.Model], changed: Sequence[Wish], known: dict[int, dict[str, Any]], by: Actor) -> None:
    names = list(dict.fromkeys(name for wish in changed for name in wish.values))
    last = {wish.pk: wish for wish in changed}  # a record wished for twice is written once, as it ends
    extra: dict[str, Any] = {}
    if issubclass(model, Entity):
        user = user_or_none(by)
        extra = {"updated_at": timezone.now(), "updated_by_id": user.pk if user else None}
        names = [*names, "version"]
    fields = [_field_name(model, name) for name in (*names, *extra)]
    rows = [[pk, *(known[pk][name] for name in names), *extra.values()] for pk in last]  # type: ignore[index]
    update_rows(model, fields, rows)


@cache
def _defaults(model: type[models.Model]) -> tuple[tuple[str, Any], ...]:
    """What Django would put into the columns that nobody names; the database fills its own."""
    found = []
    for column in model._meta.concrete_fields:
        if column.primary_key or column.db_default is not NOT_PROVIDED or getattr(column, "auto_now", False):
            continue
        if column.has_default() and not callable(column.default):
            found.append((column.attname, column.default))
        elif column.null:
            found.append((column.attname, None))
        elif column.has_default():
            found.append((column.attname, column.get_default()))
        elif column.empty_strings_allowed:
            found.append((column.attname, ""))
    return tuple(found)


@cache
def _plain_default(model: type[models.Model], attname: str) -> Any:
    column = next(column for column in model._meta.concrete_fields if column.attname == attname)
    value: Any = column.get_default() if column.db_default is NOT_PROVIDED else None
    return {} if value is None and isinstance(column, models.JSONField) else value


@contextmanager
def found_later(model: type[models.Model], *, dry: bool = False) -> Iterator[list[int]]:
    """Keep the search entries of a model still in this block, and write those of the listed records at its end, once.

    For new records that get their parts in several steps, each of which would write the entry anew.
    """
    keys: list[int] = []
    kinds_of_model = [] if dry else kinds.of(model)
    if not kinds_of_model:
        yield keys
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [PAUSED])
        yield keys
        cursor.execute("SELECT set_config(%s, '', true)", [PAUSED])
        trigrams.wait_with_lists(cursor)
        for kind in kinds_of_model if keys else ():
            refresh = SQL("SELECT {}(%s::bigint[])").format(Identifier(Statements(kind).refresh))
            cursor.execute(refresh.as_string(cursor.cursor), [keys])


def _has(model: type[models.Model], name: str) -> bool:
    return any(column.name == name for column in model._meta.concrete_fields)


@cache
def _field_name(model: type[models.Model], attname: str) -> str:
    return next(column.name for column in model._meta.concrete_fields if column.attname == attname)
