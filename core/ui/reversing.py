"""Addresses of pages, worked out once per page and then filled in: a card asks for fifty, all of a few forms."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.base import Node
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.urls import get_script_prefix, reverse
from django.utils.html import escape

MOST = 4000  # forms remembered at once; when there are more, all are forgotten
# Stand in the form where a number comes, and cannot be part of an address otherwise.
MARKS = tuple(9_071_500_000_000_017 + nth for nth in range(6))

_forms: dict[tuple[Any, ...], tuple[str, ...]] = {}


def address_of(url_name: str, *args: Any) -> str:
    """As Django's `reverse` with positional arguments: the same answer, the same NoReverseMatch."""
    if not all(type(arg) is int or isinstance(arg, str) for arg in args):
        return reverse(url_name, args=args)
    key = (settings.ROOT_URLCONF, get_script_prefix(), url_name, *[int if type(arg) is int else arg for arg in args])
    form = _forms.get(key)
    if form is None:
        if len(_forms) >= MOST:
            _forms.clear()
        form = _forms[key] = _form(url_name, args)
    numbers = [arg for arg in args if type(arg) is int]
    if not form or min(numbers, default=0) < 0:
        return reverse(url_name, args=args)
    filled = [form[0]]
    for number, after in zip(numbers, form[1:], strict=True):
        filled += [str(number), after]
    return "".join(filled)


def _form(url_name: str, args: tuple[Any, ...]) -> tuple[str, ...]:
    """What stands before, between and after the numbers; nothing where they do not stand one after the other."""
    count = sum(type(arg) is int for arg in args)
    if count > len(MARKS):
        return ()
    marks, parts = iter(MARKS), []
    rest = reverse(url_name, args=[next(marks) if type(arg) is int else arg for arg in args])
    for mark in MARKS[:count]:
        before, found, rest = rest.partition(str(mark))
        if not found or str(mark) in rest:
            return ()
        parts.append(before)
    return (*parts, rest)


class Address(Node):
    """`{% url %}` with positional arguments, by `address_of`."""

    child_nodelists = ()

    def __init__(self, node: Any) -> None:
        self.view_name, self.args = node.view_name, node.args
        self.token, self.origin = node.token, node.origin

    @classmethod
    def suits(cls, node: Node) -> bool:
        """Names of the administration depend on the page they stand on, and are left alone."""
        if type(node) is not URLNode or node.kwargs or node.asvar:
            return False
        return not str(node.view_name.var).startswith("admin:")

    def render(self, context: Context) -> str:
        found = address_of(self.view_name.resolve(context), *[arg.resolve(context) for arg in self.args])
        return escape(found) if context.autoescape else found
