"""What the shell asks about access: the places to choose from, and in whose name somebody works."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.template.context import Context

from core.access import acting, scope

register = template.Library()


@register.simple_tag(takes_context=True)
def scope_menu(context: Context) -> dict[str, Any]:
    """`places` to choose from, the `chosen` scope and its `name` (empty: all). One statement."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"places": [], "chosen": scope.ALL, "name": ""}
    places, chosen = scope.places_for(request.user), scope.current(request)
    every = [place for outer in places for place in (outer, *outer.branches)]
    name = next((place.name for place in every if place.scope == chosen), "")
    offered = places if len(every) > 2 else []  # one entity with one branch is no choice
    return {"places": offered, "chosen": chosen, "name": name}


@register.simple_tag(takes_context=True)
def acting_now(context: Context) -> dict[str, Any] | None:
    """The administrator who works in this user's name, and until when; None for everybody else."""
    request = context["request"]
    by = acting.administrator_of(getattr(request, "user", None))
    return None if by is None else {"by": by, "person": request.user, "until": request.acting.until}


@register.filter
def control(field: BoundField, size: str = "") -> str:
    """A form field in our look, marked where it is not valid; `size` may be `tall`."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        look = "ck"
    else:
        look = "form-select" if isinstance(widget, forms.Select) else "form-control"
    names = [look, size, "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(name for name in names if name)})


@register.filter
def lookup(names: dict[Any, str], key: Any) -> str:
    return names.get(key, str(key))
