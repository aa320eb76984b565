"""The kept lists of triggers say what the library's own walk over all of them says, and refuse the same."""

from __future__ import annotations

import pgtrigger
import pytest
from pgtrigger import registry

from core.models import Branch, Organization
from core.triggers import KeptRegistry


@pytest.fixture
def own() -> KeptRegistry:
    """A registry of its own with the triggers of this process."""
    found = KeptRegistry()
    found.data = dict(registry._registry.data)
    return found


def protect(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(name=name, operation=pgtrigger.Delete)


def walked(kept: KeptRegistry):
    """What the library's own properties answer."""
    library = registry._Registry
    return library.by_db_table.fget(kept), library.pg_function_names.fget(kept)


def test_this_process_keeps_its_lists():
    assert isinstance(registry._registry, KeptRegistry)
    assert len(registry._registry) > 100


def test_the_lists_follow_what_is_added_and_removed(own, monkeypatch):
    monkeypatch.setattr(registry, "_registry", own)
    triggers = Branch._meta.triggers, Branch._meta.original_attrs.get("triggers")
    added = protect("kept_for_a_test")
    uri = f"{Branch._meta.label}:{added.name}"
    own[uri] = (Branch, added)
    assert (own.by_db_table, own.pg_function_names) == walked(own)
    assert own.by_db_table[Branch._meta.db_table, added.name] is added
    own[uri] = (Branch, added)
    assert (own.by_db_table, own.pg_function_names) == walked(own)
    del own[uri]
    assert (own.by_db_table, own.pg_function_names) == walked(own)
    assert (Branch._meta.db_table, added.name) not in own.by_db_table
    assert (Branch._meta.triggers, Branch._meta.original_attrs.get("triggers")) == triggers


def test_a_name_that_is_taken_is_refused(own, monkeypatch):
    monkeypatch.setattr(registry, "_registry", own)
    model, taken = next(pair for pair in own.data.values() if pair[0] is not Organization)
    other = protect(taken.name)
    other.when = pgtrigger.After
    with pytest.raises(KeyError, match="already"):
        own[f"{model._meta.label}:{taken.name}"] = (model, other)
