"""What can be imported: an app declares a profile per kind of record in its `imports.py`.

A profile names its fields and the app's set-wise service that writes them; reading, checking, staging, twins, undo
and screens are the same for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models, transaction
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor
from core.imports.fields import ImportField
from core.ui import registers

Text = str | Promise


@dataclass(frozen=True)
class Twin:
    """A record that is likely the same: its key, its name, and why we think so."""

    record_id: int
    label: str
    why: str


@dataclass
class Entry:
    """One row on its way into the database: clean values by field; `record_id` is the record to change, if any."""

    line: int
    values: dict[str, Any]
    record_id: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    twins: list[Twin] = field(default_factory=list)
    key: str = ""

    def refuse(self, problem: str, name: str = "") -> None:
        """Say why the row cannot be taken; the first reason of a column stays."""
        self.errors.setdefault(name, problem)


@dataclass(frozen=True)
class Written:
    """What became of one record: `before` are the old values of a changed one, `version` what it has now.

    `kind` is created, changed or same. `own` is false for what came along (a client that a person's row made): rows are
    counted by their own records. Without a `record_id` it only tells what became of the row. `parts` counts the rows
    that belong to it (contact points and the like), to see later whether somebody added some; `after` are the values of
    a record without a version.
    """

    line: int
    model: type[models.Model]
    record_id: int
    kind: str
    before: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    parts: int = 0
    after: dict[str, Any] | None = None
    own: bool = True


CREATED, CHANGED, SAME = "created", "changed", "same"


class ImportProfile(ABC):
    """One kind of import. Subclasses say what is special; `write` calls the app's service.

    `keys` are the fields that can say which record a row is (the first mapped one is taken unless the user chooses);
    `grouped` profiles make one record of several lines with the same key. `rehearses` profiles are checked by writing
    and rolling back; the others by `write(dry=True)`, which must write nothing. Of these, rows without a known record
    are new, unless the service finds the record itself (`matches_itself`).
    """

    key: ClassVar[str]
    label: ClassVar[Text]
    icon: ClassVar[str] = "file-import"
    model: ClassVar[type[models.Model]]
    fields: ClassVar[Sequence[ImportField]]
    keys: ClassVar[tuple[str, ...]] = ("external_key",)
    required_keys: ClassVar[bool] = False
    create_action: ClassVar[str]
    change_action: ClassVar[str] = ""
    grouped: ClassVar[bool] = False
    rehearses: ClassVar[bool] = False
    matches_itself: ClassVar[bool] = False
    finds_twins: ClassVar[bool] = False
    batch_size: ClassVar[int] = 2_000
    help: ClassVar[Text] = ""
    parts: ClassVar[tuple[tuple[type[models.Model], str], ...]] = ()
    list_url: ClassVar[str] = ""

    @property
    def list_address(self) -> str:
        """Where the imported records are found; nothing where their list is not there."""
        try:
            return reverse(self.list_url) if self.list_url else ""
        except NoReverseMatch:
            return ""

    def may_import(self, user: Actor) -> bool:
        return policy.allows(user, self.create_action)

    def fields_for(self, user: Actor) -> list[ImportField]:
        """The fields the user may fill: guarded ones by right, own fields included."""
        from core.imports import own_fields

        register = registers.of(self.model)
        declared = [
            one
            for one in self.fields
            if (not one.needs or policy.allows(user, one.needs))
            and (register is None or register.may_see(user, one.name.removesuffix("_id")))
        ]
        return [*declared, *own_fields.fields(self.model, user)]

    def key_field(self, mapped: Iterable[str], chosen: str = "") -> str:
        """The field that says which record a row is: the chosen one, else the first mapped of `keys`; or none."""
        mapped = set(mapped)
        if chosen in self.keys and chosen in mapped:
            return chosen
        return next((name for name in self.keys[:1] if name in mapped), "")

    def key_of(self, values: dict[str, Any], key_field: str) -> str:
        """What names the record of a row; rows of one key belong together or are doubles."""
        value = values.get(key_field)
        return "" if value is None else str(value)

    def match(self, entries: Sequence[Entry], *, key_field: str, by: Actor) -> None:
        """Find the records that rows are about, and refuse those the user may not change; two statements."""
        wanted = {entry.key: entry for entry in entries if entry.key}
        if not wanted or not key_field:
            return
        found = self.records_by_key(key_field, wanted, by)
        allowed = set(self.changeable({pk for pks in found.values() for pk in pks}, by))
        for entry in entries:
            pks = found.get(entry.key, [])
            if len(pks) > 1:
                entry.refuse(_("{count} records have this value.").format(count=len(pks)), key_field)
            elif pks and pks[0] not in allowed:
                entry.refuse(_("A record you may not change has this value."), key_field)
            elif pks:
                entry.record_id = pks[0]

    def records_by_key(self, key_field: str, wanted: Iterable[str], by: Actor) -> dict[str, list[int]]:
        """The keys of the records per value of the key field, also of those the user may not see."""
        found: dict[str, list[int]] = {}
        rows = self.model._default_manager.filter(**{f"{key_field}__any": set(wanted)})
        for value, pk in rows.values_list(key_field, "pk"):
            found.setdefault(str(value), []).append(pk)
        return found

    def changeable(self, pks: set[int], by: Actor) -> Iterable[int]:
        if not pks or not self.change_action:
            return pks
        rows = self.model._default_manager.filter(pk__in=pks)
        return rows.filter(policy.reach_q(by, self.change_action, self.model)).values_list("pk", flat=True)

    def check(self, entries: Sequence[Entry], *, by: Actor) -> None:  # noqa: B027 - most profiles have none
        """Rules over several columns or against the database, set-wise; `refuse` the rows that break them."""

    def twins(self, entries: Sequence[Entry], *, by: Actor) -> None:  # noqa: B027 - most profiles have none
        """Append likely twins to entries that are about no known record. Only what the user may see."""

    def marks(self, values: dict[str, Any]) -> Iterable[tuple[str, Text]]:
        """Values that no two rows of a file should share, each with its word: an e-mail, a phone."""
        return ()

    @abstractmethod
    def write(self, entries: Sequence[Entry], *, by: Actor, dry: bool = False) -> list[Written]:
        """Hand the rows to the app's service. The own Written of each line tells what became of it.

        What is told first is taken back last.
        """

    def rehearse(self, entries: Sequence[Entry], *, by: Actor) -> list[Written]:
        """What `write` would do, with nothing left behind."""
        if not self.rehearses:
            return self.write(entries, by=by, dry=True)
        with transaction.atomic():
            written = self.write(entries, by=by)
            transaction.set_rollback(True)
        return written

    def take_back(self, changes: Sequence[Any], *, by: Actor, at: Any) -> dict[int, str]:
        """Undo ImportChange rows of this profile, newest first; returns the reason for each that stays.

        The default removes what was created and gives changed records their old values (`core.imports.undoing`).
        """
        from core.imports import undoing

        return undoing.take_back(self, changes, by=by, at=at)


_profiles: dict[str, ImportProfile] = {}


def add(profile: type[ImportProfile]) -> type[ImportProfile]:
    """Class decorator: make a profile known, once."""
    made = profile()
    if type(_profiles.get(made.key, made)).__qualname__ != profile.__qualname__:
        raise RuntimeError(f"{made.key} is declared twice")
    _profiles.setdefault(made.key, made)
    return profile


def everything() -> list[ImportProfile]:
    return list(_profiles.values())


def by_key(key: str) -> ImportProfile:
    """Raises LookupError."""
    return _profiles[key]


def allowed(user: Actor) -> list[ImportProfile]:
    return [profile for profile in _profiles.values() if profile.may_import(user)]
