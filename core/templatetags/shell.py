"""Tags of the shell: optional parts of other subjects, people as circles."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.template import TemplateDoesNotExist
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from core import policy
from core.ui.looks import MARKS, Look, mark

register = template.Library()

MOST_PARTS = 200  # of one user, in one process
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


class RememberedNode(Node):
    """A part of the frame, written once for all pages on which it looks the same."""

    def __init__(self, name: str, varying: list[Any], inside: NodeList) -> None:
        self.name, self.varying, self.inside = name, varying, inside

    def render(self, context: Context) -> SafeString:
        request = context.get("request")
        user = getattr(request, "user", None)
        look = self._look(context)
        if look is None or user is None or not user.is_authenticated:
            return self.inside.render(context)
        is_acting = getattr(request, "acting", None) is not None
        kept = {} if is_acting else policy.memory_of(user).setdefault("parts", {})
        key = (self.name, translation.get_language(), *look.place)
        state, written = kept.get(key, (None, ""))
        if state != look.state:
            holes = {name: SafeString(mark(name)) if value else "" for name, value in look.holes.items()}
            with context.push(csrf_token=mark("csrf_token"), page_address=mark("page_address"), **holes):
                written = look.opened(self.inside.render(context))
            if len(kept) >= MOST_PARTS:
                kept.clear()
            kept[key] = look.state, written
        values = {
            "csrf_token": str(context.get("csrf_token", "")),
            "page_address": escape(request.get_full_path()),  # type: ignore[union-attr]
            **look.holes,
        }
        return SafeString(MARKS.sub(lambda mark: values[mark[1]], written))

    def _look(self, context: Context) -> Look | None:
        # A value that the page does not have is None here, not the empty text that templates write in its place.
        values = [variable.resolve(context, ignore_failures=True) for variable in self.varying]
        if len(values) == 1 and (values[0] is None or isinstance(values[0], Look)):
            return values[0]
        return Look(tuple(values))


@register.tag
def remembered(parser: Parser, token: Token) -> RememberedNode:
    """`{% remembered "name" value … %}…{% endremembered %}`: written once as long as the user's rights, the language
    and the values are the same. A single value may be a `Look`, which leaves holes, or None: then nothing is kept.

    Forms inside use `{% csrf_token %}` as ever; the address of the page is `page_address`. Anything else that changes
    from page to page has to stand among the values.
    """
    _tag, name, *varying = token.split_contents()
    inside = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(name.strip("\"'"), [parser.compile_filter(part) for part in varying], inside)


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
