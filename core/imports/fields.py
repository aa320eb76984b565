"""The fields a file can fill: what a cell may hold, how it is read, and under which headings people keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.functional import Promise

from core.actors import Actor
from core.imports.cells import READERS, CellError, Forms, Kind

Text = str | Promise

__all__ = ["CellError", "Forms", "ImportField", "Kind", "Reference", "of"]


@dataclass(frozen=True)
class Reference:
    """A cell that names another record by one of the paths `by`, tried in their order, capitals last.

    `visible` narrows to what the user may see; `narrowed` says which records can be meant at all.
    """

    model: type[models.Model]
    by: tuple[str, ...]
    visible: bool = True
    narrowed: Callable[[models.QuerySet[Any]], models.QuerySet[Any]] | None = None

    def rows(self, user: Actor) -> models.QuerySet[Any]:
        manager: Any = self.model._default_manager
        rows = manager.visible_to(user) if self.visible and hasattr(manager, "visible_to") else manager.all()
        return self.narrowed(rows) if self.narrowed else rows

    def resolve(self, texts: Iterable[str], user: Actor) -> dict[str, list[Any]]:
        """The keys of the records each text may mean: at most two statements per path, however many texts."""
        found: dict[str, list[Any]] = {}
        left = set(texts)
        for path in self.by:
            if left:
                self._add(found, self.rows(user).filter(**{f"{path}__in": left}).values_list(path, "pk"), left)
                left -= set(found)
        folded = {text.lower(): text for text in left}
        for path in self.by if folded else ():
            rows = self.rows(user).annotate(folded_path=models.functions.Lower(path)).filter(folded_path__in=folded)
            pairs = [(folded[text], pk) for text, pk in rows.values_list("folded_path", "pk")]
            self._add(found, pairs, left)
        return found

    def _add(self, found: dict[str, list[Any]], pairs: Iterable[tuple[Any, Any]], wanted: set[str]) -> None:
        for text, pk in pairs:
            if str(text) in wanted and pk not in found.setdefault(str(text), []):
                found[str(text)].append(pk)


@dataclass(frozen=True)
class ImportField:
    """One field of a profile. `synonyms` are headings under which other systems keep it, in several languages.

    `needs` is the right to fill it; `choices` maps values to their words; `digits` and `places` bound numbers.
    """

    name: str
    label: Text
    kind: Kind = Kind.TEXT
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: Sequence[tuple[Any, Text]] = ()
    reference: Reference | None = None
    max_length: int | None = None
    digits: int = 18
    places: int = 4
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    needs: str = ""
    help: Text = ""
    check: Callable[[str], str] | None = None
    resolver: Callable[[Iterable[str], Actor], dict[str, list[Any]]] | None = None
    finish: Callable[[Any], Any] | None = None

    @property
    def is_own(self) -> bool:
        return self.name.startswith("own_")

    @property
    def names_records(self) -> bool:
        return self.kind == Kind.REFERENCE

    def resolve(self, texts: Iterable[str], user: Actor) -> dict[str, list[Any]]:
        if self.resolver is not None:
            return self.resolver(texts, user)
        if self.reference is None:
            raise LookupError(f"{self.name} names no records")
        return self.reference.resolve(texts, user)

    def reader(self, forms: Forms) -> Callable[[Any], Any]:
        """A function from a filled cell to its value; raises CellError."""
        read = READERS[self.kind](self, forms)
        finish = self.finish
        return read if finish is None else lambda cell: finish(read(cell))

    def restored(self, value: Any) -> Any:
        """The value as it was before it was put away as JSON."""
        if value is None or self.is_own:  # an own field is stored as it stands in JSON
            return value
        if self.kind == Kind.DECIMAL:
            return Decimal(value)
        if self.kind == Kind.DATE:
            return date.fromisoformat(value)
        if self.kind == Kind.MOMENT:
            return datetime.fromisoformat(value)
        return value


def of(model: type[models.Model], name: str, **changes: Any) -> ImportField:
    """A field that fills a column of a model: its words, length, places and choices come from there."""
    column: Any = model._meta.get_field(name)
    made = ImportField(name=name, label=column.verbose_name, kind=_kind_of(column), max_length=column.max_length)
    if column.choices:
        made = replace(made, kind=Kind.CHOICE, choices=tuple(column.flatchoices))
    if isinstance(column, models.DecimalField):
        made = replace(made, digits=column.max_digits, places=column.decimal_places)
    if isinstance(column, (models.PositiveIntegerField, models.PositiveSmallIntegerField)):
        top = 32_767 if isinstance(column, models.PositiveSmallIntegerField) else 2_147_483_647
        made = replace(made, minimum=Decimal(0), maximum=Decimal(top))
    return replace(made, **changes)


def _kind_of(column: models.Field[Any, Any]) -> Kind:
    for kinds, kind in (
        (models.DecimalField, Kind.DECIMAL),
        (models.BooleanField, Kind.YESNO),
        (models.IntegerField, Kind.INTEGER),
        (models.DateTimeField, Kind.MOMENT),
        (models.DateField, Kind.DATE),
        (models.ForeignKey, Kind.REFERENCE),
        (models.TextField, Kind.LONG_TEXT),
    ):
        if isinstance(column, kinds):
            return kind
    return Kind.TEXT
