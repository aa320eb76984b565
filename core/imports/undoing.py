"""Taking an import back: created records go, changed ones get their old values, unless somebody worked on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.db.models import Count, ProtectedError, RestrictedError
from django.utils.translation import gettext as _

from core.actors import Actor, user_or_none
from core.imports.choices import ChangeKind
from core.imports.writing import Wish, grant
from core.models import Binnable, Entity, ImportChange

if TYPE_CHECKING:
    from core.imports.profiles import ImportProfile

NOBODY = frozenset({"importchange", "statuschange", "searchentry", "notice"})


def take_back(profile: ImportProfile, changes: Sequence[ImportChange], *, by: Actor, at: datetime) -> dict[int, str]:
    """Undo changes, newest first; returns why, per key of a change that could not be taken back.

    A created record that others refer to goes to the bin where its kind has one. A number of statements per kind of
    record; where a record is in use, the others are found by halves.
    """
    kept: dict[int, str] = {}
    newest = sorted(changes, key=lambda change: -change.pk)
    for type_id, group in groupby(newest, key=lambda change: change.record_type_id):
        model = ContentType.objects.get_for_id(type_id).model_class()
        if model is None:
            continue
        members = list(group)
        touched = _touched(profile, model, members, at)
        kept |= touched
        clear = [change for change in members if change.pk not in touched]
        _restore(model, [change for change in clear if change.kind == ChangeKind.CHANGED], by)
        created = {change.record_id: change for change in clear if change.kind == ChangeKind.CREATED}
        for pk, reason in _remove(model, created, by=by, at=at).items():
            kept[created[pk].pk] = reason
    return kept


def _touched(
    profile: ImportProfile, model: type[models.Model], changes: Sequence[ImportChange], at: datetime
) -> dict[int, str]:
    """Changes whose record somebody worked on since, or that is gone."""
    pks = {change.record_id for change in changes}
    rows: Any = model._default_manager.filter(pk__in=pks)
    if issubclass(model, Entity):
        versions = dict(rows.select_for_update(of=("self",)).values_list("pk", "version"))
        is_as_left = {change.pk: versions.get(change.record_id) == change.version for change in changes}
    else:
        names = sorted({name for change in changes for name in (change.after or {})})
        now = {row["pk"]: row for row in rows.select_for_update(of=("self",)).values("pk", *names)}
        versions = dict.fromkeys(now, 0)
        is_as_left = {change.pk: _equals(model, now.get(change.record_id), change.after) for change in changes}
    counted = _parts(profile, model, pks)
    attached = _with_attachments(model, changes)
    found = {}
    for change in changes:
        if change.record_id not in versions:
            found[change.pk] = str(_("It is not there any more."))
        elif not is_as_left[change.pk] or (
            change.kind == ChangeKind.CREATED and counted.get(change.record_id, 0) != change.parts
        ):
            found[change.pk] = str(_("It was changed since."))
        elif change.kind == ChangeKind.CREATED and change.record_id in attached:
            found[change.pk] = str(_("Somebody worked with it since: comments, files, tasks or links hang on it."))
    return found


def _equals(model: type[models.Model], now: dict[str, Any] | None, after: dict[str, Any] | None) -> bool:
    if now is None:
        return True
    return all(now[name] == value for name, value in _restored(model, after or {}).items())


def _restored(model: type[models.Model], stored: dict[str, Any]) -> dict[str, Any]:
    columns = {column.attname: column for column in model._meta.concrete_fields}
    return {
        name: columns[name].to_python(value) if value is not None and not columns[name].is_relation else value
        for name, value in stored.items()
        if name in columns
    }


def _parts(profile: ImportProfile, model: type[models.Model], pks: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    if model is not profile.model:
        return found
    for part, link in profile.parts:
        rows = part._default_manager.filter(**{f"{link}__in": pks}).order_by()
        for pk, count in rows.values_list(link).annotate(count=Count("pk")):
            found[pk] = found.get(pk, 0) + count
    return found


def _with_attachments(model: type[models.Model], changes: Sequence[ImportChange]) -> set[int]:
    """Records that comments, tags, files, papers, links and the like are attached to."""
    pks = {change.record_id for change in changes if change.kind == ChangeKind.CREATED}
    if not pks:
        return set()
    kind, found = ContentType.objects.get_for_model(model), set[int]()
    for other in apps.get_models():
        names = {column.name for column in other._meta.concrete_fields}
        if other._meta.model_name in NOBODY or other._meta.app_label == "admin":
            continue
        for side in ("record", "source", "target"):
            if {f"{side}_type", f"{side}_id"} <= names:
                rows = other._default_manager.filter(**{f"{side}_type": kind, f"{side}_id__in": pks})
                found |= set(rows.values_list(f"{side}_id", flat=True))
    return found


def _restore(model: type[models.Model], changes: Sequence[ImportChange], by: Actor) -> None:
    for_each: dict[int, dict[str, Any]] = {}
    for change in changes:  # newest first: the oldest values win
        for_each.setdefault(change.record_id, {}).update(_restored(model, change.before or {}))
    by_columns: dict[tuple[str, ...], list[Wish]] = {}
    for pk, values in for_each.items():
        by_columns.setdefault(tuple(sorted(values)), []).append(Wish(values, pk))
    for wishes in by_columns.values():
        grant(model, wishes, by=by)


def _remove(model: type[models.Model], created: dict[int, ImportChange], *, by: Actor, at: datetime) -> dict[int, str]:
    pks = sorted(created)
    if not pks:
        return {}
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=pks).delete()
            return {}
    except (ProtectedError, RestrictedError, IntegrityError) as error:
        if len(pks) > 1:
            middle = len(pks) // 2
            halves = ({pk: created[pk] for pk in part} for part in (pks[:middle], pks[middle:]))
            return {pk: reason for half in halves for pk, reason in _remove(model, half, by=by, at=at).items()}
        if issubclass(model, Binnable):
            user = user_or_none(by)
            grant(model, [Wish({"binned_at": at, "binned_by_id": user.pk if user else None}, pks[0])], by=by)
            return {}
        return {pks[0]: _in_use(error)}


def _in_use(error: Exception) -> str:
    users = getattr(error, "protected_objects", None) or getattr(error, "restricted_objects", None) or ()
    first = next(iter(users), None)
    if first is None:
        return str(_("Other records use it."))
    return str(_("It is used by {what}: {record}.")).format(what=first._meta.verbose_name, record=first)[:300]
