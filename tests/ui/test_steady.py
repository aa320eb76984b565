"""Steady parts of templates are joined: a page reads the same with and without it, in each language."""

from __future__ import annotations

import pytest
from django.template import Context, Template, engines
from django.template.base import TextNode
from django.utils import translation

from core.ui import steady
from core.ui.steady import Loader, Piece, join

SOURCE = (
    '{% load i18n ui %}<p>{% translate "Save" %} {% icon "plus" %}</p>'
    '{% if yes %}<b>{% translate "Cancel" %}</b>{% else %}{% icon "x" "Close" %}{% endif %}'
    '{% for one in many %}{% comment %}not said{% endcomment %}<i>{{ one }}</i>{% icon "dots" %}{% endfor %}'
    '{% translate "Save" as word %}{{ word }}{% icon name %}{% translate label %}'
)


def _joined() -> Template:
    template = Template(SOURCE)
    join(template.nodelist)
    return template


def _pieces(template: Template) -> list[Piece]:
    return template.nodelist.get_nodes_by_type(Piece)


@pytest.mark.parametrize("yes", [True, False])
def test_a_joined_template_reads_as_before_in_each_language(yes):
    plain, joined = Template(SOURCE), _joined()
    for _round in range(2):
        for language in ("en", "de", "ru"):
            values = {"yes": yes, "many": ["<a>", 2], "name": "plus", "label": "Cancel"}
            with translation.override(language):
                assert joined.render(Context(values)) == plain.render(Context(values))


def test_what_does_not_escape_is_written_apart():
    source = "{% load ui %}{% autoescape off %}{% icon 'plus' 'a & b' %}{% endautoescape %}{% icon 'plus' 'a & b' %}"
    joined = Template(source)
    join(joined.nodelist)
    assert joined.render(Context()) == Template(source).render(Context())


def test_what_depends_on_values_stays_open():
    written = [part for piece in _pieces(_joined()) for part in piece.parts if not isinstance(part, TextNode)]
    assert not any("name" in str(part.token) or "label" in str(part.token) for part in written)
    assert not any("as word" in str(part.token) for part in written)
    assert len(_pieces(_joined())) >= 3


def test_templates_of_the_project_are_joined():
    template = engines["django"].get_template("ui/record.html").template
    assert _pieces(template)


def test_a_template_is_joined_before_it_is_kept(monkeypatch):
    """Another thread would otherwise write it while its parts move together, and leave some of them out."""
    loader = Loader(
        engines["django"].engine,
        [("django.template.loaders.locmem.Loader", {"a.html": SOURCE})],
    )
    kept: list[int] = []
    monkeypatch.setattr(steady, "join", lambda nodes: kept.append(len(loader.get_template_cache)) or join(nodes))
    template = loader.get_template("a.html")
    assert set(kept) == {0} and _pieces(template)
    looked = len(kept)
    assert loader.get_template("a.html") is template and len(kept) == looked
