"""The field that names a colleague: those who work here, and whoever the record has named before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from core.models import User
from core.remembered import remembered_for_all

NOBODY = 0


@remembered_for_all
def _working(chosen: Any) -> QuerySet[User]:
    return User.objects.filter(Q(is_active=True) | Q(pk=chosen)).order_by("first_name", "last_name")


@remembered_for_all
def _colleague(pk: Any, chosen: Any) -> QuerySet[User]:
    return User.objects.filter(Q(is_active=True) | Q(pk=chosen), pk=pk)


class EachColleague(forms.models.ModelChoiceIterator):
    """Everybody who works here and the one chosen before, by name."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for user in _working(self.field.chosen_id or NOBODY):  # type: ignore[attr-defined]
            yield self.choice(user)


class ColleagueField(forms.ModelChoiceField):
    """A colleague; `chosen_id` is the one the record names, who may have left since."""

    iterator = EachColleague
    chosen_id: int | None = None

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        key = str(getattr(value, "pk", value))
        found = _colleague(int(key), self.chosen_id or NOBODY) if key.isdecimal() and len(key) < 19 else []
        if not found:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
        return found[0]
