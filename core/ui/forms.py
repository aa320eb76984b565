"""Forms of registers: fields from the model, what the user may not see left out, own fields added.

A form turns text into clean values; the register's service does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db import models
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from core.models import User
from core.ui import registers
from core.ui.colleagues import ColleagueField
from core.ui.fields import AmountField, DayField, RecordField
from core.ui.moments import MomentField
from core.ui.registers import Register, own_fields

NOTHING = "–"  # what a field shows that points to no record, as cards do


@dataclass(frozen=True)
class Group:
    """Some fields under a heading; `more` hides rare ones behind a fold."""

    title: str | Promise
    fields: Sequence[str]
    more: bool = False


class Fold(Div):
    """Rare fields behind a fold that opens by itself when one of them is wrong."""

    template = "ui/_fold.html"

    def __init__(self, title: str | Promise, *fields: str) -> None:
        super().__init__(*fields)
        self.title = title


def as_typed(field: models.Field, **kwargs: Any) -> Any:
    """The form field of a model field: amounts, days and moments as people type them, colleagues by name."""
    if isinstance(field, models.DecimalField):
        return field.formfield(**{"form_class": AmountField, **kwargs})
    if isinstance(field, models.DateField):
        known = MomentField if isinstance(field, models.DateTimeField) else DayField
        return field.formfield(**{"form_class": known, **kwargs})
    if isinstance(field, models.ForeignKey) and field.related_model is User:
        return field.formfield(**{"form_class": ColleagueField, **kwargs})
    return field.formfield(**kwargs)


class AsTyped(forms.models.ModelFormMetaclass):
    """Gives every form of a register the fields of `as_typed`, unless its Meta says otherwise."""

    def __new__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        meta = attrs.get("Meta")
        if meta is not None and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(as_typed)
        return super().__new__(cls, name, bases, attrs)


class RecordForm(forms.ModelForm, metaclass=AsTyped):
    """A form of one register. Subclasses name the model, the fields and their groups; they never save.

    `values()` are the clean values of all fields; `changes()` those that differ from the record.
    """

    groups: ClassVar[Sequence[Group]] = ()

    def __init__(
        self,
        data: Any = None,
        *,
        user: Any,
        record: Any = None,
        register: Register | None = None,
        only: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.user, self.record = user, record
        found = register or registers.of(self._meta.model)
        if found is None:
            raise LookupError(f"{self._meta.model} has no register")
        self.register = found
        # A fresh copy: validation writes into the instance, and the page still shows the record as it is.
        instance = self._meta.model.objects.get(pk=record.pk) if record is not None and data is not None else record
        super().__init__(data, instance=instance, **kwargs)
        self.fields.update(self.extra_fields())
        self.own = own_fields().form_fields(found.model, user, record)
        self.fields.update(self.own)
        for name in list(self.fields):
            if not found.may_see(user, name) or (only and name not in only):
                del self.fields[name]
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField) and not isinstance(field, RecordField):
                self.fields[name] = self._reference(name, field)
            if getattr(self.fields[name], "empty_label", None):
                self.fields[name].empty_label = NOTHING  # type: ignore[attr-defined]

    @cached_property
    def helper(self) -> FormHelper:
        """How crispy forms write it, arranged when the form is written: one that is sent and right never is."""
        made = FormHelper()
        made.form_tag = False
        made.disable_csrf = True
        made.field_template = "ui/_field.html"
        made.layout = self._layout()
        return made

    def extra_fields(self) -> dict[str, forms.Field]:
        """Fields that are no columns of the model: what the service that makes a record takes besides."""
        return {}

    def _reference(self, name: str, field: Any) -> forms.ModelChoiceField:
        """A reference to a register looks its records up; one to colleagues offers those who work here."""
        if isinstance(field, ColleagueField):
            field.chosen_id = getattr(self.record, f"{name}_id", None)
            return field
        register = registers.of(field.queryset.model)
        if register is None:
            return field
        made = RecordField(register, self.user, required=field.required, label=field.label, help_text=field.help_text)
        made.chosen_id = getattr(self.record, f"{name}_id", None)
        return made

    def _layout(self) -> Layout:
        parts: list[Any] = []
        placed: set[str] = set()
        for group in self.groups:
            names = [name for name in group.fields if name in self.fields]
            placed.update(names)
            if names and group.more:
                parts.append(Fold(group.title, *names))
            elif names:
                parts.append(Fieldset(group.title, *names))
        rest = [name for name in self.fields if name not in placed and name not in self.own]
        own = [name for name in self.fields if name in self.own and name not in placed]
        if rest:
            parts.insert(0, Div(*rest))
        if own:
            parts.append(Fieldset(_("More about it"), *own))
        return Layout(*parts)

    def _post_clean(self) -> None:
        """As Django's, but references that were looked up when they were read are not looked up again."""
        found = {name for name, value in self.cleaned_data.items() if isinstance(value, models.Model)}
        clean_fields = self.instance.clean_fields
        self.instance.clean_fields = lambda exclude=None: clean_fields(exclude={*(exclude or ()), *found})
        try:
            super()._post_clean()  # type: ignore[misc]
        finally:
            del self.instance.clean_fields

    def values(self) -> dict[str, Any]:
        """Every clean value. Own fields keep their `own_` names."""
        return dict(self.cleaned_data)

    def changes(self) -> dict[str, Any]:
        """What the form would change of the record."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.changed_data}

    def save(self, commit: bool = True) -> Any:
        raise TypeError("a form does not save; the register's service does")
