"""By what an empty form is known again: writing its fields is most of the work of its page."""

from __future__ import annotations

from typing import Any

from django.forms import ChoiceField, ModelChoiceField

from core.ui.looks import Look


def look_of(form: Any, *place: Any) -> Look:
    """The look of a form that nothing was typed into: what each field starts with, and what it offers.

    The offers are read here, once: those of the database stay with the form for the one who writes it.
    """
    state = []
    for name, field in form.fields.items():
        bound = form[name]  # a field that looks up records learns here which is chosen
        offers: tuple[Any, ...] = ()
        if isinstance(field, (ChoiceField, ModelChoiceField)):
            field.widget.choices = list(iter(field.widget.choices))  # its length would be a statement
            offers = tuple((str(value), _written(label)) for value, label in field.widget.choices)
        state.append((name, str(bound.initial), offers))
    return Look(("form", *place), tuple(state))


def _written(label: Any) -> Any:
    """A label, or the pairs of a group."""
    if isinstance(label, (list, tuple)):
        return tuple((str(value), str(text)) for value, text in label)
    return str(label)
