"""What happened to a record, newest first: told by several apps, put in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import policy
from core.models import Attachment, Comment
from core.remembered import remembered_for_all
from core.selectors.history import Change, history_of
from core.services.records import type_of
from core.ui import cells
from core.ui.facts import kind_of, label_of
from core.ui.registers import Register, with_people
from core.ui.tables import Column


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `body` is HTML of ours; `who` is "" for the system."""

    at: datetime
    icon: str
    what: str | Promise
    who: str = ""
    body: SafeString | str = ""
    tone: str = ""
    url: str = ""
    soft: bool = False


# Later than anything: where everything up to now is asked for.
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
# A source gets the record, the user, a moment (only what is older counts) and a limit.
Source = Callable[[Any, Any, datetime | None, int], Iterable[Entry]]
_sources: dict[type, list[Source]] = {}


def add(model: type, source: Source) -> None:
    """Let an app tell what it knows about the records of a model. One statement a source, newest first."""
    known = _sources.setdefault(model, [])
    if source not in known:
        known.append(source)


def newest(record: Any, user: Any, *, limit: int, before: str = "") -> list[Entry]:
    """The newest entries older than `before` (ISO), from every source."""
    until = parse_datetime(before) if before else None
    found: list[Entry] = []
    for source in (comments, files, *_sources.get(type(record), ())):
        found.extend(source(record, user, until, limit))
    found.sort(key=lambda entry: entry.at, reverse=True)
    return found[:limit]


@remembered_for_all
def _comments(kind: Any, record: Any, before: Any) -> QuerySet[Any]:
    rows = Comment.objects.filter(record_type=kind, record_id=record, created_at__lt=before)
    return with_people(rows, "author").order_by("-created_at")


def comments(record: Any, _user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    for comment in _comments(type_of(record).pk, record.pk, before or LATEST, limit=limit):
        text = cells.paragraphs(comment.text)
        yield Entry(comment.created_at, "message-circle", _("Comment"), str(comment.author), text, "brand")


@remembered_for_all
def _files(kind: Any, record: Any, before: Any) -> QuerySet[Any]:
    rows = Attachment.objects.filter(record_type=kind, record_id=record, created_at__lt=before)
    return with_people(rows, "created_by").order_by("-created_at")


def files(record: Any, _user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    for file in _files(type_of(record).pk, record.pk, before or LATEST, limit=limit):
        yield Entry(
            file.created_at, "paperclip", _("File"), str(file.created_by or ""), cells.EMPTY + file.name, soft=True
        )


@dataclass(frozen=True)
class ChangedField:
    label: str
    before: SafeString | str
    after: SafeString | str


@dataclass(frozen=True)
class ChangedRecord:
    """One change of the record's history, as the History section shows it."""

    at: datetime
    who: str
    kind: str
    fields: tuple[ChangedField, ...]


def changes_of(record: Any, register: Register, user: Any, *, limit: int = 100) -> list[ChangedRecord]:
    """Who changed what, with the values before and after; fields the user may not see are left out."""
    if not policy.allows(user, "core.view_history"):
        return []
    shown = []
    for change in history_of(record, by=user, limit=limit):
        fields = tuple(_changed_fields(record, register, user, change))
        if fields or change.kind != "update":
            shown.append(ChangedRecord(change.at, str(change.user or _("System")), change.kind, fields))
    return shown


def _changed_fields(record: Any, register: Register, user: Any, change: Change) -> Iterable[ChangedField]:
    for part in change.fields:
        if part.field in {"uuid", "id"} or not register.may_see(user, part.field):
            continue
        if part.field == "custom":
            yield from _own_changes(record, user, part.before or {}, part.after or {})
            continue
        field = record._meta.get_field(part.field)
        label = label_of(register, part.field)
        yield ChangedField(label, in_words(field, part.before), in_words(field, part.after))


def _own_changes(record: Any, user: Any, before: dict[str, Any], after: dict[str, Any]) -> Iterable[ChangedField]:
    from core.ui.registers import own_fields

    for _name, label, old, new in own_fields().changes(record, before, after, user):
        yield ChangedField(str(label), old, new)


def in_words(field: Any, value: Any) -> SafeString | str:
    """A stored value in words; a reference is the name of the row it points to, where it still exists."""
    if value is None or value == "":
        return cells.EMPTY
    if field.is_relation:
        found = field.related_model._default_manager.filter(pk=value).first()
        return str(found) if found is not None else f"#{value}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return cells.write(Column(field.name, "", kind=kind_of(field)), value)
