"""Who changed a setting, in words; and what two people typed at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import BoundField, Form
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import policy
from core.selectors.history import FieldChange, history_of
from core.ui.timeline import ChangedField, ChangedRecord, in_words

HIDDEN = frozenset({"id", "uuid", "external_key", "created_by", "created_at"})
MOST = 60


def of(records: Iterable[Any], user: Any) -> list[ChangedRecord] | None:
    """The changes of these records, newest first; None for who may not see histories."""
    if not policy.allows(user, "core.view_history"):
        return None
    found: list[ChangedRecord] = []
    for record in records:
        for change in history_of(record, by=user, limit=MOST):
            fields = tuple(_in_words(record, part) for part in change.fields if part.field not in HIDDEN)
            if fields or change.kind != "update":
                found.append(ChangedRecord(change.at, str(change.user or _("System")), change.kind, fields))
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST]


def _in_words(record: Any, part: FieldChange) -> ChangedField:
    field = record._meta.get_field(part.field)
    return ChangedField(capfirst(str(field.verbose_name)), in_words(field, part.before), in_words(field, part.after))


def clash(form: Form) -> list[tuple[str, str, str]]:
    """Label, what is there now and what was typed, of each field in which the two differ."""
    rows = []
    for name in form.changed_data:
        bound: BoundField = form[name]
        rows.append((str(bound.label), _shown(bound, bound.initial), _shown(bound, form.cleaned_data.get(name))))
    return rows


def _shown(bound: BoundField, value: Any) -> str:
    choices = dict(getattr(bound.field, "choices", ()) or ())
    for key, label in choices.items():
        if str(key) == str(getattr(value, "pk", value)):
            return str(label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)
