"""Which own fields there are, on what, and who may see and fill them. Reads the setup, so it costs no statement."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from core import policy, setup
from core.actors import Actor
from core.models import CustomField, CustomValues, User
from core.ui import registers, switches


def label_of(model: Any) -> str:
    """The name under which fields of a model are kept: `crm.client`."""
    return model._meta.label_lower


def carriers() -> dict[str, type[Any]]:
    """The kinds of records that can have own fields, those of switched-off modules left out."""
    return {
        label_of(model): model
        for model in apps.get_models()
        if issubclass(model, CustomValues) and switches.app_is_on(model._meta.app_label)
    }


def targets() -> dict[str, type[Any]]:
    """The kinds of records that a link can point to: colleagues, and whatever has a list of its own."""
    listed = {label_of(register.model): register.model for register in registers.in_use()}
    return {label_of(User): User, **carriers(), **listed}


def linkable(target: str, user: Actor) -> QuerySet[Any]:
    """The records of a kind that a link of this user may point to."""
    model = apps.get_model(target)
    if model is User:
        return User.objects.filter(is_active=True)
    register = registers.of(model)
    if register is not None:
        return register.visible_to(user)
    return model._default_manager.visible_to(user)


def fields_of(model: Any) -> tuple[CustomField, ...]:
    """The fields in use on a kind of record, in their order."""
    return _in_use(setup.current(), model)


def fields_now(model: Any) -> tuple[CustomField, ...]:
    """The same, as the database has them at this moment: what a service checks by, under its lock."""
    return _in_use(setup.fresh(), model)


def _in_use(state: setup.Setup, model: Any) -> tuple[CustomField, ...]:
    if not switches.is_on("own_fields"):
        return ()
    return tuple(field for field in state.fields.get(label_of(model), ()) if field.is_active)


def may_see(field: CustomField, user: Actor) -> bool:
    """Nobody named means everybody who sees the record; who may fill a field sees it as well."""
    return not field.see_roles or _in_one(user, [*field.see_roles, *field.fill_roles])


def may_fill(field: CustomField, user: Actor) -> bool:
    """Whether the user may change the record is another question."""
    return may_see(field, user) and (not field.fill_roles or _in_one(user, field.fill_roles))


def _in_one(user: Actor, roles: list[str]) -> bool:
    return user.is_superuser or not policy.roles_of(user).isdisjoint(roles)


def seen(model: Any, user: Actor) -> list[CustomField]:
    return [field for field in fields_of(model) if may_see(field, user)]


def filled(model: Any, user: Actor) -> list[CustomField]:
    return [field for field in fields_of(model) if may_fill(field, user)]
