"""Filters of lists: FilterSets that know the user, leave out what he may not see, and show themselves as chips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from core.ui.periods import Period, in_words, read_period, suggestions


@dataclass(frozen=True)
class Chip:
    """A filter in use, in words, and the address of the list without it."""

    name: str
    label: str
    text: str
    without: str


class PeriodField(forms.CharField):
    """A period typed in words or days."""

    def clean(self, value: Any) -> tuple[str, Period] | None:
        text = super().clean(value)
        if not text:
            return None
        period = read_period(text, today=timezone.localdate())
        if period is None:
            raise ValidationError(_("Write a day, a month such as 2026-03, or words such as “last month”."))
        return text, period


class PeriodFilter(django_filters.Filter):
    """Rows whose day or moment lies in a period that was typed in words."""

    field_class = PeriodField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "period-words", "autocomplete": "off"}))
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet[Any], value: tuple[str, Period] | None) -> QuerySet[Any]:
        if not value:
            return qs
        period = value[1]
        condition = Q()
        moments = isinstance(qs.model._meta.get_field(self.field_name), DateTimeField) if self._is_own(qs) else False
        if period.since:
            condition &= Q(**{f"{self.field_name}__gte": _start(period.since) if moments else period.since})
        if period.until:
            last = period.until + timedelta(days=1)
            condition &= Q(**{f"{self.field_name}__lt": _start(last) if moments else last})
        return qs.exclude(condition) if self.exclude else qs.filter(condition)

    def _is_own(self, qs: QuerySet[Any]) -> bool:
        return any(field.name == self.field_name for field in qs.model._meta.get_fields())


class PeopleFilter(django_filters.ModelMultipleChoiceFilter):
    """Rows of one or several colleagues."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", User.objects.filter(is_active=True).order_by("first_name", "last_name"))
        super().__init__(*args, **kwargs)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return super().filter(qs, value) if len(value or ()) else qs


class YesNo(forms.NullBooleanSelect):
    """Yes, no, or any: a filter that nobody touched narrows nothing."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.choices = [("unknown", _("Any")), ("true", _("Yes")), ("false", _("No"))]


def _start(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class RecordFilter(django_filters.FilterSet):
    """The filters of a register. Subclasses declare them with explicit fields; own fields come by themselves."""

    q = django_filters.CharFilter(method="by_text", label=gettext_lazy("Search"))

    def __init__(
        self,
        data: Any = None,
        queryset: Any = None,
        *,
        register: Any,
        user: Any,
        request: Any = None,
        whole: bool = False,
    ) -> None:
        """Only the filters that the address names are built; `whole` builds all, for the form that offers them."""
        self.register, self.user = register, user
        named = None if whole else {base for name in data or () if data.get(name) for base in _bases(name)}
        if named is not None:
            self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in named}
        super().__init__(data, queryset, request=request)
        for one in self.filters.values():
            if isinstance(one, django_filters.BooleanFilter):
                one.extra.setdefault("widget", YesNo)
        for name, filter_ in list(self.filters.items()):
            if not register.may_see(user, filter_.field_name or name):
                del self.filters[name]
        if whole or any(name.startswith("own_") for name in data or ()):
            from core.customfields import kit as own_fields

            for name, filter_ in own_fields.filters(register.model, user).items():
                if named is None or name in named:
                    filter_.parent, filter_.model = self, register.model
                    self.filters[name] = filter_

    def by_text(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        from core.search.selectors import matching

        return matching(queryset, value)

    @property
    def in_use(self) -> list[str]:
        """The names of filters that narrow the list, but the search text."""
        return [name for name in self.filters if name != "q" and _filled(self.form.data, name, self)]

    def chips(self, address: QueryDict) -> list[Chip]:
        return [self._chip(name, address) for name in self.in_use]

    def _chip(self, name: str, address: QueryDict) -> Chip:
        without = address.copy()
        for key in _parameters(name, self):
            without.pop(key, None)
        for key in ("after", "before"):
            without.pop(key, None)
        field = self.form.fields[name]
        return Chip(name, str(field.label or name), _words(self, name), without.urlencode())

    @property
    def period_words(self) -> list[str]:
        return suggestions()


def _bases(name: str) -> tuple[str, str]:
    """The filters a parameter may belong to: `budget_min` is of `budget`."""
    return name, name.rsplit("_", 1)[0]


def _parameters(name: str, filterset: RecordFilter) -> Iterable[str]:
    widget = filterset.form.fields[name].widget
    suffixes = getattr(widget, "suffixes", None)
    return [f"{name}_{suffix}" for suffix in suffixes if suffix] if suffixes else [name]


def _filled(data: Any, name: str, filterset: RecordFilter) -> bool:
    get = data.getlist if hasattr(data, "getlist") else lambda key: [data.get(key, "")]
    empty = ("", None, "unknown")  # "unknown" is what a yes/no filter sends that nobody touched
    return any(value not in empty for key in _parameters(name, filterset) for value in get(key))


def _words(filterset: RecordFilter, name: str) -> str:
    """What a chip says of the chosen value."""
    form = filterset.form
    field, data = form.fields[name], form.data
    values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
    if isinstance(field, forms.ModelMultipleChoiceField | forms.ModelChoiceField):
        chosen = form.cleaned_data.get(name) if form.is_valid() else None
        if chosen is None:
            return ", ".join(str(value) for value in values)
        return ", ".join(
            str(one) for one in (chosen if isinstance(field, forms.ModelMultipleChoiceField) else [chosen])
        )
    if isinstance(field, PeriodField):
        return in_words(str(data.get(name) or ""), today=timezone.localdate())
    choices = getattr(field, "choices", None)
    if choices:
        known = {str(code): str(text) for code, text in choices}
        return ", ".join(known.get(str(value), str(value)) for value in values if value not in ("", None))
    if name in data:
        return ", ".join(str(value) for value in values)
    return " – ".join(data.get(key, "") or "…" for key in _parameters(name, filterset))
