"""A subclass that leaves out what its base asks for is found when the project starts, not when somebody opens it."""

from __future__ import annotations

import pytest
from django.views.generic import View

from core.access.views.base import ServiceForm
from core.access.views.users import UserAct
from core.customfields.filters_by_kind import OwnFilter
from core.customfields.views import FieldEditor, FieldVerb
from core.documents import labels, papers
from core.imports import profiles
from core.ui.access import Guarded


@pytest.mark.parametrize("base", [UserAct, FieldEditor, FieldVerb, ServiceForm])
def test_a_page_without_its_verb_gets_no_address(base: type[View]) -> None:
    lacking = type("Lacking", (base,) if issubclass(base, Guarded) else (Guarded, base), {"action": None})
    with pytest.raises(TypeError, match=r"Lacking lacks (act|call|do|save)"):
        lacking.as_view()


@pytest.mark.parametrize(
    ("add", "base"),
    [(labels.add, labels.LabelKind), (papers.add, papers.Paper), (profiles.add, profiles.ImportProfile)],
)
def test_a_kind_without_its_reading_or_writing_is_not_made_known(add, base) -> None:
    with pytest.raises(TypeError, match="abstract"):
        add(type("Lacking", (base,), {"kind": "lacking", "key": "lacking"}))


def test_a_filter_of_an_own_field_says_how_it_narrows() -> None:
    with pytest.raises(TypeError, match="narrow"):
        OwnFilter(own=None)
