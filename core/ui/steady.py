"""What a template writes the same each time is written once per language.

Most of a page is words, icons and marks around few values. The loader joins what stands side by side and depends on
nothing but the language (texts, `{% translate "…" %}` of a literal, `{% icon "…" %}` of literals, addresses without
arguments) into one piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from django.template.base import FilterExpression, Node, NodeList, Template, TextNode, Variable
from django.template.context import Context
from django.template.defaulttags import CommentNode, IfNode, LoadNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.utils import translation

from core.ui.reversing import Address

Tag = TypeVar("Tag", bound=Callable[..., Any])
# Tags whose answer follows from their values alone, see `steady`.
_steady: set[Callable[..., Any]] = set()


def steady(tag: Tag) -> Tag:
    """Say of a simple tag that it writes the same for the same values, whoever asks and whenever."""
    _steady.add(tag)
    return tag


class Piece(Node):
    """Nodes side by side that write the same each time."""

    child_nodelists = ()

    def __init__(self, parts: list[Node]) -> None:
        self.parts = parts
        self.token, self.origin = parts[0].token, parts[0].origin
        self.written: dict[tuple[str | None, bool], str] = {}

    def render(self, context: Context) -> str:
        key = translation.get_language(), context.autoescape
        written = self.written.get(key)
        if written is None:
            written = self.written[key] = "".join(part.render(context) for part in self.parts)
        return written


class Joining(base.Loader):
    """Joins the steady parts of a template that was just read, before anybody else can see it.

    A thread that wrote it meanwhile would lose what stands behind the place it has come to.
    """

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template: Template = super().get_template(template_name, skip)
        join(template.nodelist)
        return template


class Loader(cached.Loader, Joining):
    """The loader of all templates: each is read once in a process, and its steady parts are joined."""


def join(nodes: NodeList) -> None:
    """Join the steady nodes of a list, and of the lists inside its nodes, where they stand."""
    joined: list[Node] = []
    plain = (Address(node) if Address.suits(node) else node for node in nodes)
    for is_steady, run in groupby(plain, is_always_the_same):
        parts = list(run)
        if is_steady and not all(isinstance(part, TextNode) for part in parts):
            joined.append(Piece(parts))
            continue
        joined.extend(parts)
        for part in parts:
            for inner in _inner(part):
                join(inner)
    nodes[:] = joined


def _inner(node: Node) -> Iterator[NodeList]:
    """The lists of nodes inside a node. That of an `if` is made anew by each look at it."""
    if isinstance(node, IfNode):
        yield from (inside for _condition, inside in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        found = getattr(node, name, None)
        if isinstance(found, NodeList):
            yield found


def is_always_the_same(node: Node) -> bool:
    if isinstance(node, TextNode | LoadNode | CommentNode):
        return True
    if isinstance(node, Address):
        return not node.args and _is_literal(node.view_name)
    if isinstance(node, TranslateNode):
        return not (node.asvar or node.message_context) and _is_literal(node.filter_expression)
    if type(node) is SimpleNode and node.func in _steady and not node.takes_context and node.target_var is None:
        return all(map(_is_literal, [*node.args, *node.kwargs.values()]))
    return False


def _is_literal(expression: FilterExpression) -> bool:
    if expression.filters:
        return False
    if isinstance(expression.var, Variable):
        return expression.var.literal is not None
    return True
