"""Addresses that are filled in are those that Django works out."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.converters import IntConverter, SlugConverter, StringConverter

from core.ui import reversing
from core.ui.reversing import Address, address_of
from core.ui.steady import Piece, join


def _pages() -> list[tuple[str, list[Any]]]:
    """Every page of ours by its name, with arguments of the kinds it takes."""
    found = []
    for app in ("core", "crm", "sales", "inventory", "production", "finance", "marketing", "support", "reports"):
        for name, options in get_resolver().namespace_dict[app][1].reverse_dict.lists():
            if not isinstance(name, str):
                continue
            for _possible, _pattern, _defaults, converters in options:
                kinds = list(converters.values())
                if all(type(kind) in (IntConverter, StringConverter, SlugConverter) for kind in kinds):
                    args = [41 + nth if type(kind) is IntConverter else f"a-{nth}" for nth, kind in enumerate(kinds)]
                    found.append((f"{app}:{name}", args))
    return found


def test_every_page_has_the_address_that_django_gives_it():
    pages = _pages()
    assert len(pages) > 300 and sum(len(args) > 1 for _name, args in pages) > 20
    for name, args in pages:
        for shift in (0, 7):
            moved = [arg + shift if isinstance(arg, int) else arg for arg in args]
            assert address_of(name, *moved) == reverse(name, args=moved), name


@pytest.mark.parametrize(
    ("name", "args"),
    [("crm:client_card", ()), ("crm:client_card", (-1,)), ("crm:client_card", (None,)), ("crm:nowhere", (1,)),
     ("crm:client_card", ("x",)), ("crm:client_card", (1, 2))],
)  # fmt: skip
def test_what_django_refuses_is_refused(name, args):
    address_of("crm:client_card", 5)
    for _round in range(2):
        with pytest.raises(NoReverseMatch):
            address_of(name, *args)


def test_other_values_are_left_to_django():
    assert (
        address_of("crm:client_card", "5") == address_of("crm:client_card", 5) == reverse("crm:client_card", args=[5])
    )


def test_no_more_are_remembered_than_is_said(monkeypatch):
    monkeypatch.setattr(reversing, "_forms", {})
    monkeypatch.setattr(reversing, "MOST", 3)
    for nth in range(9):
        address_of("crm:client_field", nth, f"name{nth}")
        assert len(reversing._forms) <= 3


def test_templates_write_them_escaped_and_without_arguments_once():
    source = (
        "{% url 'crm:client_list' %}{% for n in many %}{% url 'crm:client_card' n %}{% endfor %}"
        "{% url 'crm:client_card' pk=4 %}{% url 'nowhere' 3 as gone %}[{{ gone }}]{% url name 8 %}"
        "{% url 'crm:client_field' 8 word %}"
    )
    plain, joined = Template(source), Template(source)
    join(joined.nodelist)
    values = {"many": [1, 2], "name": "crm:person_card", "word": "ab-c"}
    assert joined.render(Context(values)) == plain.render(Context(values))
    assert len(joined.nodelist.get_nodes_by_type(Piece)) == 1
    assert len(joined.nodelist.get_nodes_by_type(Address)) == 3
