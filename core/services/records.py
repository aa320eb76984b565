"""Small facts about any record: links to others, and its change of status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet

from core.actors import Actor, user_or_none
from core.models import RecordLink, StatusChange
from core.remembered import Insertion, remembered_for_all


def type_of(record: Model | type[Model]) -> ContentType:
    return ContentType.objects.get_for_model(record)


def link(source: Model, *targets: Model) -> None:
    """Join `source` with each target; a link that exists stays as it is."""
    RecordLink.objects.bulk_create(
        [
            RecordLink(
                source_type=type_of(source), source_id=source.pk, target_type=type_of(target), target_id=target.pk
            )
            for target in targets
        ],
        ignore_conflicts=True,
    )


def linked_ids(source_model: type[Model], targets: Iterable[Model]) -> set[int]:
    """The ids of records of `source_model` that are linked to any of `targets` (all of one model)."""
    targets = list(targets)
    if not targets:
        return set()
    return set(_linked(type_of(source_model).pk, type_of(targets[0]).pk, [target.pk for target in targets]))


@remembered_for_all
def _linked(source_type: Any, target_type: Any, ids: Any) -> QuerySet[Any, Any]:
    links = RecordLink.objects.filter(source_type=source_type, target_type=target_type, target_id__in=ids.each)
    return links.values_list("source_id", flat=True)


def note_status(record: Model, *, old: str, new: str, at: datetime, by: Actor, note: str = "") -> None:
    """Write the trace of a stored status that moved on."""
    person = user_or_none(by)
    _changed.run(type_of(record).pk, record.pk, old, new, at, None if person is None else person.pk, note)


_changed = Insertion(StatusChange, "record_type", "record_id", "from_status", "to_status", "occurred_at", "by", "note")
