"""Registers: what the kit has to know about one kind of record.

Declared once per model in `<app>/registers.py`. List, card, form, bulk actions, saved views, search, import, export
and API read it; the authorization matrix walks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.ui.reversing import address_of
from core.ui.tables import Column


def own_fields() -> Any:
    """The part of the kit that knows fields of the company's own; it reads registers itself."""
    from core.customfields import kit

    return kit


def _store_own(record: Any, values: dict[str, Any], by: Actor, version: int | None, *, new: bool = False) -> Any:
    from core.customfields.services import set_values

    return set_values(record=record, values=values, by=by, version=version, new=new)


class Register:
    """One kind of record. A subclass says what is special; everything else follows from the model.

    `name` stands in url names (`crm:client_list`, `crm:client_card`), `plural` in paths (`/crm/clients/`) and in the
    API (`/api/v1/clients`). `guarded` names the right that lets somebody see a field: without it the field is left
    out of forms, lists, filters, exports, imports, history and API. `facts` are the fields of the card's left side,
    `single_fields` those that no bulk edit gives to many records.
    """

    model: ClassVar[type[Model]]
    name: ClassVar[str]
    plural: ClassVar[str]
    icon: ClassVar[str] = "file"
    called: ClassVar[str | Promise] = ""  # where people do not say the model's name
    called_many: ClassVar[str | Promise] = ""
    section: ClassVar[str] = "sell"
    # Do the rows a user may see depend on nothing but his rights, not on the day? Then their statement is remembered.
    rows_are_steady: ClassVar[bool] = False
    labels: ClassVar[dict[str, str | Promise]] = {}  # what facts are called that are no columns

    view_action: ClassVar[str] = ""
    create_action: ClassVar[str] = ""
    change_action: ClassVar[str] = ""
    bin_action: ClassVar[str] = ""

    columns: ClassVar[Sequence[Column]] = ()
    default_sort: ClassVar[str] = ""
    search_hint: ClassVar[str | Promise] = ""  # what may be typed into the search field of the list
    filter_class: ClassVar[Any] = None
    form_class: ClassVar[Any] = None
    bulk_actions: ClassVar[Sequence[Any]] = ()
    guarded: ClassVar[dict[str, str]] = {}
    facts: ClassVar[Sequence[str]] = ()
    single_fields: ClassVar[frozenset[str]] = frozenset({"name"})
    owner_field: ClassVar[str] = "owner"

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @property
    def key(self) -> str:
        """The name under which saved views, jobs and custom fields know this register: `crm.client`."""
        return f"{self.app}.{self.name}"

    @property
    def empty_title(self) -> str | Promise:
        """What an empty list says where nobody entered anything yet."""
        return _("Nothing here yet")

    @property
    def empty_text(self) -> str | Promise:
        return _("Add the first one by hand, or import a file.")

    @property
    def label(self) -> str | Promise:
        return self.called or self.model._meta.verbose_name or self.name

    @property
    def label_plural(self) -> str | Promise:
        return self.called_many or self.model._meta.verbose_name_plural or self.plural

    def holds(self, record: Any) -> bool:
        """Is this record of the model one of this list? Several registers of a model share its records out."""
        return True

    def has_fields_for(self, user: Actor) -> bool:
        """Is there a field of its records that the user could fill? A form of own fields alone may have none."""
        return self.form_class is not None and bool(
            self.form_class._meta.fields or own_fields().groups(self.model, user)
        )

    def visible_to(self, user: Actor) -> QuerySet[Any]:
        """The records the user may know of. Every list, card, search, export and API answer starts here."""
        return self.model._default_manager.visible_to(user, self.view_action)  # type: ignore[attr-defined]

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        """`visible_to` with what the list's columns need, joined or annotated. A register overrides it."""
        return self.visible_to(user)

    def may(self, user: Actor, action: str, record: Any = None) -> bool:
        return bool(action) and policy.allows(user, action, record)

    def may_see(self, user: Actor, field: str) -> bool:
        """May the user see this field? A field nobody guards follows the record itself."""
        needed = self.guarded.get(field, "")
        return not needed or policy.allows(user, needed)

    def columns_for(self, user: Actor) -> list[Column]:
        """The columns a user may choose from, own fields included."""
        from core.ui import switches

        declared = [
            column
            for column in (*self.columns, *_contributed.get(self.key, ()))
            if self.may_see(user, column.name)
            and (not column.needs or policy.allows(user, column.needs))
            and switches.is_on(column.switch)
        ]
        return [*declared, *own_fields().columns(self.model, user)]

    def create(self, *, values: dict[str, Any], by: Actor) -> Any:
        """Make a record through the app's service. `values` are clean and named like the form's fields.

        What was left empty is left to the service, which may know a better value.
        """
        own = own_fields().values_from(self.model, values)
        given = {name: value for name, value in self.plain(values).items() if value not in (None, "")}
        # Also without values: fields that have to be filled are asked for.
        if not (own or own_fields().has_required(self.model, by)):
            return self.create_record(given, by)
        with transaction.atomic():
            return _store_own(self.create_record(given, by), own, by, None, new=True)

    def change(self, *, record: Any, changes: dict[str, Any], version: int | None, by: Actor) -> Any:
        """Change a record through the app's service; `version` is the one the user saw. Raises StaleVersion."""
        from core.ui import remarks

        own, given = own_fields().values_from(self.model, changes), self.plain(changes)
        with transaction.atomic():
            if given or not own:
                record = self.change_record(record, given, version, by)
                version = None
            if own:
                record = _store_own(record, own, by, version)
            remarks.tell_followers(record, by=by)
            return record

    def create_record(self, values: dict[str, Any], by: Actor) -> Any:
        """The call of the app's service; references come as `<name>_id`."""
        raise NotImplementedError

    def change_record(self, record: Any, changes: dict[str, Any], version: int | None, by: Actor) -> Any:
        raise NotImplementedError

    def initial_for(self, user: Any) -> dict[str, Any]:
        """What the empty form begins with: the user himself as owner."""
        return {self.owner_field: user.pk} if self.owner_field in self._references() else {}

    def plain(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values as services take them: references by key, own fields left out."""
        found = {}
        for name, value in values.items():
            if name.startswith("own_"):
                continue
            is_reference = isinstance(value, Model) or name in self._references()
            found[f"{name}_id" if is_reference else name] = getattr(value, "pk", value)
        return found

    def _references(self) -> set[str]:
        return {field.name for field in self.model._meta.concrete_fields if field.is_relation}

    def restorable_by(self, user: Actor) -> QuerySet[Any]:
        """What the user may change, the bin included: taking back starts here."""
        return self.model._default_manager.filter(policy.reach_q(user, self.change_action, self.model))

    def put_back(self, *, record: Any, before: dict[str, Any], by: Actor, at: datetime) -> Any:
        """Give a record earlier values (as JSON holds them), through the same services that change it."""
        from core.ui import bins

        if "binned_at" in before:
            return bins.take_out_of_bin(register=self.key, record_id=record.pk, by=by)
        changes = {
            name: value if name.startswith("own_") else self.model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
            for name, value in before.items()
        }
        return self.change(record=record, changes=changes, version=record.version, by=by)

    def second_line(self, record: Any) -> str:
        """What stands under the name where there is room for little else."""
        return ""

    def mark_of(self, record: Any, size: str = "s") -> str:
        """What stands before the name: nothing, or an avatar (small in a list, `xl` on the card)."""
        return ""

    def url(self, page: str, *args: Any) -> str:
        return address_of(f"{self.app}:{self.name}_{page}", *args) if args else _address(self.app, self.name, page)

    def url_of(self, record: Any) -> str:
        return self.url("card", record.pk)


@cache
def _address(app: str, name: str, page: str) -> str:
    """Addresses without arguments: a list asks for ten of them, and they stay the same."""
    return reverse(f"{app}:{name}_{page}")


def with_people(rows: QuerySet[Any], *paths: str) -> QuerySet[Any]:
    """The rows with their colleagues (`owner`) joined: of those only what a name is made of."""
    left_out = [f"{path}__{name}" for path in paths for name in _beside_the_name()]
    return rows.select_related(*paths).defer(*left_out)


@cache
def _beside_the_name() -> tuple[str, ...]:
    kept = {"id", "first_name", "last_name", "email"}
    return tuple(field.name for field in get_user_model()._meta.concrete_fields if field.name not in kept)


_registers: dict[str, Register] = {}
_contributed: dict[str, list[Column]] = {}


def add(register: type[Register]) -> type[Register]:
    """Class decorator: make a register known, once."""
    made = register()
    if type(_registers.get(made.key, made)) is not register:
        raise RuntimeError(f"{made.key} is registered twice")
    _registers.setdefault(made.key, made)
    return register


def contribute(key: str, *columns: Column) -> None:
    """Columns an upper app adds to the list of a lower one, as open deals to clients. They are read in batches."""
    known = _contributed.setdefault(key, [])
    known.extend(column for column in columns if all(column.name != other.name for other in known))


def everything() -> list[Register]:
    """All registers, whatever is switched off: for addresses and tests. Screens offer those `in_use`."""
    return list(_registers.values())


def in_use() -> list[Register]:
    """The registers of modules that are not switched off."""
    from core.ui import switches

    return [register for register in _registers.values() if switches.app_is_on(register.app)]


def by_key(key: str) -> Register:
    """The register of a key such as `crm.client`. Raises LookupError."""
    return _registers[key]


def of(model: Any) -> Register | None:
    """The register of a record, or the first of a model."""
    wanted = model if isinstance(model, type) else type(model)
    rows = (register for register in _registers.values() if register.model is wanted)
    return next((register for register in rows if wanted is model or register.holds(model)), None)
