"""The filter of an own field.

Choices, yes or no and links ask `custom @> {"key": value}`, which one GIN index over `custom` serves; ranges and parts
of a text ask the expression that a fast filter has an index of. None of them stumbles over a value of the wrong form.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.actors import Actor
from core.choices import FieldKind
from core.customfields import expressions
from core.customfields.inputs import record_field
from core.customfields.values import options_of
from core.models import CustomField
from core.ui.filters import PeriodFilter


class OwnFilter(django_filters.Filter, ABC):
    """Base of the filters below: knows the key; what is not asked narrows nothing."""

    def __init__(self, own: CustomField, **kwargs: Any) -> None:
        super().__init__(field_name="custom", label=own.label, **kwargs)
        self.own = own

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return self.narrow(qs, value) if value not in (None, "", []) else qs

    @abstractmethod
    def narrow(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows whose field holds the value. Each kind of field says how."""

    def holding(self, *values: Any) -> Q:
        """Rows whose field holds one of the values."""
        return reduce(or_, (Q(custom__contains={self.own.key: value}) for value in values))


class TextFilter(OwnFilter):
    """Rows whose text has this part, in capitals or not."""

    field_class = forms.CharField

    def narrow(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        name = f"own_text_{self.own.pk}"
        return qs.alias(**{name: expressions.folded_text(self.own.key)}).filter(**{f"{name}__contains": value.lower()})


class NumberFilter(OwnFilter, django_filters.RangeFilter):
    """Rows whose number lies between two, both included; one may be left open."""

    def narrow(self, qs: QuerySet[Any], value: slice) -> QuerySet[Any]:
        name = f"own_number_{self.own.pk}"
        rows = qs.alias(**{name: expressions.number(self.own.key)})
        if value.start is not None:
            rows = rows.filter(**{f"{name}__gte": value.start})
        if value.stop is not None:
            rows = rows.filter(**{f"{name}__lte": value.stop})
        return rows


class DayFilter(PeriodFilter):
    """Rows whose day lies in a period typed in words."""

    def __init__(self, own: CustomField) -> None:
        super().__init__(field_name=f"own_day_{own.pk}", label=own.label)
        self.own = own

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if not value:
            return qs
        period = value[1]
        rows = qs.alias(**{self.field_name: expressions.day(self.own.key)})
        if period.since:
            rows = rows.filter(**{f"{self.field_name}__gte": period.since.isoformat()})
        if period.until:
            rows = rows.filter(**{f"{self.field_name}__lte": period.until.isoformat()})
        return rows


class ChoiceFilter(OwnFilter):
    """Rows that hold one of the chosen ones; of several choices, any of them."""

    field_class = forms.MultipleChoiceField

    def narrow(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        several = self.own.kind == FieldKind.CHOICES
        return qs.filter(self.holding(*([code] if several else code for code in value)))


class YesNoFilter(OwnFilter):
    field_class = forms.ChoiceField

    def narrow(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        return qs.filter(self.holding(value == "true"))


class LinkFilter(OwnFilter):
    """Rows that link to a record, out of those the user may see."""

    def __init__(self, own: CustomField, user: Actor) -> None:
        super().__init__(own)
        self.user = user

    @property
    def field(self) -> forms.Field:
        if not hasattr(self, "_field"):
            self._field = record_field(self.own.target, self.user, required=False, label=self.label)
        return self._field

    def narrow(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.filter(self.holding(value.pk))


def filter_of(field: CustomField, user: Actor) -> Any:
    return _MAKERS[field.kind](field, user)


_MAKERS: dict[str, Callable[[CustomField, Actor], Any]] = {
    FieldKind.TEXT: lambda field, _user: TextFilter(field),
    FieldKind.NUMBER: lambda field, _user: NumberFilter(field),
    FieldKind.MONEY: lambda field, _user: NumberFilter(field),
    FieldKind.DATE: lambda field, _user: DayFilter(field),
    FieldKind.CHOICE: lambda field, _user: ChoiceFilter(field, choices=list(options_of(field).items())),
    FieldKind.CHOICES: lambda field, _user: ChoiceFilter(field, choices=list(options_of(field).items())),
    FieldKind.YESNO: lambda field, _user: YesNoFilter(
        field, choices=[("", "–"), ("true", _("Yes")), ("false", _("No"))]
    ),
    FieldKind.LINK: LinkFilter,
}
