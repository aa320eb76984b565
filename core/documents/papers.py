"""Papers: what the kit has to know about one kind of printed document.

Declared once per kind in `<app>/papers.py`. Asking for one, drawing it, the panel on the record's card and the
download read it.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from core.actors import Actor
from core.models import Look


class Paper(ABC):
    """One kind of paper of one model. A subclass says what stands on it and when it may be made.

    `read` gives the facts of several records in a constant number of statements. Where costs are kept from clients,
    facts simply have no place for them.
    """

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    label: ClassVar[str | Promise]
    icon: ClassVar[str] = "file-text"
    view_action: ClassVar[str]
    template: ClassVar[str]

    def visible_to(self, user: Actor) -> QuerySet[Any]:
        """The records whose papers the user may ask for and open: those he may know of."""
        return self.model._default_manager.visible_to(user, self.view_action)  # type: ignore[attr-defined]

    def is_of(self, record: Any) -> bool:
        """Does this record have such a paper at all? For models with several kinds of documents."""
        return isinstance(record, self.model)

    def refusal(self, record: Any) -> str | Promise:
        """Why the paper may not be made in the record's present state; empty when it may."""
        return ""

    def is_draft(self, record: Any) -> bool:
        """Is DRAFT to stand across every page?"""
        return False

    def is_final(self, record: Any) -> bool:
        """Is the record posted, so that its paper is made once and never again?"""
        return False

    def language(self, record: Any) -> str:
        """The language of whom it is for; by default that of papers for the house, else the product's own."""
        return house_language(getattr(record, "organization_id", None)) or settings.LANGUAGE_CODE

    @abstractmethod
    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        """The facts of these records, by id. Called with the paper's language on."""

    def file_name(self, facts: Any) -> str:
        """The name of the file to download. Called with the paper's language on."""
        return safe_name(f"{self.label} {facts.number}.pdf")


def house_language(organization_id: int | None) -> str:
    """The language an organisation chose for papers it keeps itself; without one, that of the first with a choice."""
    looks = Look.objects.exclude(language="").order_by("organization")
    if organization_id is not None:
        looks = looks.filter(organization=organization_id)
    return looks.values_list("language", flat=True).first() or ""


def safe_name(name: str) -> str:
    """A file name that every system takes: letters of any language, digits, blanks, dots, hyphens."""
    return " ".join(re.sub(r"[^\w .,()-]+", "-", name).split())[:180]


_papers: dict[str, Paper] = {}


def add(paper: type[Paper]) -> type[Paper]:
    """Class decorator: make a paper known, once."""
    made = paper()
    if type(_papers.get(made.kind, made)) is not paper:
        raise RuntimeError(f"{made.kind} is declared twice")
    _papers.setdefault(made.kind, made)
    return paper


def everything() -> list[Paper]:
    return list(_papers.values())


def by_kind(kind: str) -> Paper:
    """The paper of a kind such as `sales.quote`. Raises LookupError."""
    return _papers[kind]


def of(record: Any) -> list[Paper]:
    """The papers a record has, in the order they were declared."""
    return [paper for paper in _papers.values() if paper.is_of(record)]
