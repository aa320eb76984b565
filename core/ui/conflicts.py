"""Two people changed one record: both values of each field, and the choice between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from core.ui.facts import label_of, value_of
from core.ui.registers import Register, own_fields


@dataclass(frozen=True)
class Row:
    """One field that the form would change: what stands there now, and what was typed."""

    name: str
    label: str
    theirs: SafeString | str
    mine: Any


def rows_of(record: Any, register: Register, form: Any, changes: dict[str, Any]) -> list[Row]:
    own = {name: (label, value) for name, label, value in own_fields().facts(record, form.user)}
    rows = []
    for name in changes:
        if name in own:
            label, theirs = own[name]
            rows.append(Row(name, str(label), theirs, form[name].value()))
        else:
            mine = value_of(form.instance, name) if name in form._meta.fields else _shown(form, name)
            rows.append(Row(name, label_of(register, name), value_of(record, name), mine))
    return rows


def _shown(form: Any, name: str) -> Any:
    """What was typed, in words: of a choice its text, of a reference the record's name."""
    value = form.cleaned_data.get(name)
    choices = getattr(form.fields[name], "choices", None)
    if choices and not hasattr(form.fields[name], "queryset"):
        return dict(choices).get(value, value)
    return value
