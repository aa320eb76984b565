"""Registers: what the kit has to know about one kind of record.

Declared once per model in `<app>/registers.py`. List, card, form, bulk actions, saved views, search, import, export
and API read it; the authorization matrix walks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from core import policy
from core.actors import Actor
from core.ui.tables import Column


class Register:
    """One kind of record. A subclass says what is special; everything else follows from the model.

    `name` stands in url names (`crm:client_list`, `crm:client_card`), `plural` in paths (`/crm/clients/`) and in the
    API (`/api/v1/clients`). `guarded` names the right that lets somebody see a field: without it the field is left
    out of forms, lists, filters, exports, imports, history and API.
    """

    model: ClassVar[type[Model]]
    name: ClassVar[str]
    plural: ClassVar[str]
    icon: ClassVar[str] = "file"
    section: ClassVar[str] = "sell"

    view_action: ClassVar[str] = ""
    create_action: ClassVar[str] = ""
    change_action: ClassVar[str] = ""
    bin_action: ClassVar[str] = ""

    columns: ClassVar[Sequence[Column]] = ()
    default_sort: ClassVar[str] = ""
    filter_class: ClassVar[Any] = None
    form_class: ClassVar[Any] = None
    bulk_actions: ClassVar[Sequence[Any]] = ()
    guarded: ClassVar[dict[str, str]] = {}
    owner_field: ClassVar[str] = "owner"

    @property
    def app(self) -> str:
        return self.model._meta.app_label

    @property
    def key(self) -> str:
        """The name under which saved views, jobs and custom fields know this register: `crm.client`."""
        return f"{self.app}.{self.name}"

    @property
    def label(self) -> str | Promise:
        return self.model._meta.verbose_name or self.name

    @property
    def label_plural(self) -> str | Promise:
        return self.model._meta.verbose_name_plural or self.plural

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
        from core.customfields import kit as own_fields
        from core.ui import switches

        declared = [
            column
            for column in self.columns
            if self.may_see(user, column.name)
            and (not column.needs or policy.allows(user, column.needs))
            and switches.is_on(column.switch)
        ]
        return [*declared, *own_fields.columns(self.model, user)]

    def create(self, *, values: dict[str, Any], by: Actor) -> Any:
        """Make a record through the app's service. `values` are clean and named like the form's fields."""
        raise NotImplementedError

    def change(self, *, record: Any, changes: dict[str, Any], version: int | None, by: Actor) -> Any:
        """Change a record through the app's service; `version` is the one the user saw. Raises StaleVersion."""
        raise NotImplementedError

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"{self.app}:{self.name}_{page}", args=args)

    def url_of(self, record: Any) -> str:
        return self.url("card", record.pk)


_registers: dict[str, Register] = {}


def add(register: type[Register]) -> type[Register]:
    """Class decorator: make a register known, once."""
    made = register()
    if type(_registers.get(made.key, made)) is not register:
        raise RuntimeError(f"{made.key} is registered twice")
    _registers.setdefault(made.key, made)
    return register


def everything() -> list[Register]:
    return list(_registers.values())


def by_key(key: str) -> Register:
    """The register of a key such as `crm.client`. Raises LookupError."""
    return _registers[key]


def of(model: Any) -> Register | None:
    """The register of a model or record."""
    wanted = model if isinstance(model, type) else type(model)
    return next((register for register in _registers.values() if register.model is wanted), None)
