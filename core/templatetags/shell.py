"""Tags of the shell: optional parts of other subjects, people as circles."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.template import TemplateDoesNotExist
from django.template.context import Context
from django.template.loader import get_template
from django.utils.html import format_html

register = template.Library()

COLOURS = ("a", "c", "d", "e", "f")


@cache
def _is_there(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True


@register.simple_tag(takes_context=True)
def part(context: Context, name: str, **values: Any) -> str:
    """Render a template of another subject in its place, and nothing where that subject is not installed."""
    if not _is_there(name):
        return ""
    with context.push(**values):
        return get_template(name).template.render(context)  # type: ignore[attr-defined,no-any-return]


@register.filter
def initials(person: Any) -> str:
    """Up to two letters of a name."""
    words = str(person).split("@")[0].split() if person else []
    letters = [word[0] for word in words if word]
    return "".join(letters[:1] + letters[1:][-1:]).upper()


@register.simple_tag
def avatar(person: Any, size: str = "") -> str:
    """A person as a circle with initials, always in the same colour; the name has to stand beside or in a label."""
    colour = COLOURS[(getattr(person, "pk", None) or 0) % len(COLOURS)]
    return format_html(
        '<span class="av {} {}" aria-hidden="true" title="{}">{}</span>', colour, size, person, initials(person)
    )
