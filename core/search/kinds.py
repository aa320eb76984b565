"""What is searched: each app says in its `search.py` which records, by which words, and which tables tell of changes.

The SQL of a declaration is constant text of the project. It becomes functions and triggers by `core.search.installing`
when the database is migrated; nothing a user types ever comes near it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from core import policy
from core.ownership import Ownership

EVENTS = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Watch:
    """A table whose changes change entries.

    `columns` are those that matter: an update of others costs one comparison. `records` gives the keys of the records
    to write anew, from `changed`: id and these columns of the rows before and after. `on` names the events that can
    matter at all: a client that is only just made has no persons yet.
    """

    model: type[Model]
    columns: tuple[str, ...]
    records: str = "SELECT changed.id FROM changed"
    on: tuple[str, ...] = EVENTS

    @property
    def table(self) -> str:
        return self.model._meta.db_table


def renamed(model: type[Model], columns: tuple[str, ...], among: type[Model], by: str, key: str = "id") -> Watch:
    """Watch a record of another kind whose name stands in these entries.

    The rows of `among` whose column `by` names it tell, in the column `key`, which records are meant. OFFSET keeps
    the planner from turning the question round: it always begins with what changed.
    """
    table = among._meta.db_table
    rows = f"SELECT a.{key} AS key FROM {table} a WHERE a.{by} = changed.id OFFSET 0"  # noqa: S608 - constants
    records = f"SELECT found.key FROM changed CROSS JOIN LATERAL ({rows}) found"  # noqa: S608 - constants
    return Watch(model, columns, records, on=("UPDATE",))


@dataclass(frozen=True)
class Searched:
    """One kind of record that can be found. The key is that of its register, where there is one.

    `source` is the FROM part, in which `r` is the record; the other texts are SQL expressions over it, where NULL and
    '' both stand for nothing. `where` speaks of `r` alone, and everything else is a LEFT JOIN: then the record is
    always read first and the rest by key. `names` are words that find it, `codes` numbers, phones and the like that
    find it without their punctuation. `action` is the right to see such a record, `statuses` the choices that `status`
    is one of. `details` gives the second line of records for a user, where it names others that he may not know of.
    """

    key: str
    model: type[Model]
    action: str
    label: str | Promise
    plural: str | Promise
    icon: str
    source: str
    watches: tuple[Watch, ...]
    title: str
    names: str
    where: str = "true"
    detail: str = "''"
    sort: str = ""
    codes: str = "''"
    number: str = ""
    status: str = "''"
    amount: str = "NULL"
    currency: str = "''"
    owner: str = "NULL"
    branch: str = "NULL"
    warehouse: str = "NULL"
    statuses: Any = None
    details: Callable[[list[int], Any], dict[int, str]] | None = None
    switch: str = ""
    order: int = 100

    @property
    def ownership(self) -> Ownership:
        """Whose an entry is, as far as the model itself knows it. What the policy asks of a model, it asks of this."""
        known = policy.ownership_of(self.model)
        return Ownership(
            owner="owner_id" if known.owner else None,
            branch="branch_id" if known.branch else None,
            warehouse="warehouse_id" if known.warehouse else None,
        )

    def status_label(self, status: str) -> str:
        """A status in the user's words."""
        return str(dict(self.statuses.choices).get(status, "")) if self.statuses and status else ""


_kinds: dict[str, Searched] = {}


def add(*kinds: Searched) -> None:
    """Make kinds known. A key is declared once."""
    for kind in kinds:
        if _kinds.get(kind.key, kind) != kind:
            raise RuntimeError(f"{kind.key} is searched twice")
        _kinds[kind.key] = kind


def everything() -> list[Searched]:
    """All kinds, the most asked for first."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))


def by_key(key: str) -> Searched:
    """The kind of a key such as `crm.client`. Raises LookupError."""
    return _kinds[key]


def of(model: type[Model]) -> list[Searched]:
    """The kinds that rows of a model are found as. Raises LookupError when the model is not searched."""
    found = [kind for kind in everything() if kind.model is model]
    if not found:
        raise LookupError(f"{model._meta.label} is not searched")
    return found
