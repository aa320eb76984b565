"""Labels: what can be labelled, on which sheets, and how many at once. They are printed and forgotten, not kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.documents.facts import Label, LabelSheet

MOST = 2400  # labels in one file: a hundred full sheets


class LabelSize(TextChoices):
    SHEET24 = "sheet24", _("A4 sheet, 24 labels of 70 × 37 mm")
    SINGLE = "single", _("One label of 100 × 50 mm per page")


class LabelKind(ABC):
    """One kind of label: of which records, and what stands on it."""

    kind: ClassVar[str]
    model: ClassVar[type[Model]]
    label: ClassVar[str | Promise]
    label_plural: ClassVar[str | Promise]
    view_action: ClassVar[str]

    @abstractmethod
    def visible_to(self, user: Actor) -> QuerySet[Any]:
        """The records whose labels the user may print. Each kind of label says which."""

    @abstractmethod
    def read(self, ids: Sequence[int]) -> list[Label]:
        """The labels of these records in the order of the ids, in a constant number of statements."""


_kinds: dict[str, LabelKind] = {}


def add(kind: type[LabelKind]) -> type[LabelKind]:
    """Class decorator: make a kind of label known, once."""
    made = kind()
    if type(_kinds.get(made.kind, made)) is not kind:
        raise RuntimeError(f"labels of {made.kind} are declared twice")
    _kinds.setdefault(made.kind, made)
    return kind


def by_kind(kind: str) -> LabelKind:
    """Raises LookupError."""
    return _kinds[kind]


def everything() -> list[LabelKind]:
    return list(_kinds.values())


def sheet_of(labels: Sequence[Label], *, size: LabelSize, title: str, copies: int = 1, skip: int = 0) -> LabelSheet:
    """Labels laid out on sheets, each `copies` times; `skip` places of the first A4 sheet are used already."""
    wanted = [label for label in labels for _copy in range(copies)]
    if size == LabelSize.SINGLE:
        return LabelSheet(title, size.value, (tuple(wanted),))
    empty = Label("", "")
    places = [empty] * skip + wanted
    places += [empty] * (-len(places) % 24)
    return LabelSheet(title, size.value, tuple(tuple(places[at : at + 24]) for at in range(0, len(places), 24)))
