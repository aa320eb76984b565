"""What can be done with a found record, straight from the search: an app adds its own in `search.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.models import SearchEntry
from core.search import kinds
from core.search.kinds import Searched
from core.search.pages import register_of, reverse_or_nothing
from core.ui import switches

NAME = "{name}"


@dataclass(frozen=True)
class Do:
    """Something to do with a record of one of `kinds`.

    `label` holds `{name}`, where the record's name stands. `action` is the right it needs for the record. `url` gives
    the address for the record's key, empty when there is no such page.
    """

    kinds: tuple[str, ...]
    label: str | Promise
    icon: str
    action: str
    url: Callable[[int], str]
    switch: str = ""


@dataclass(frozen=True)
class Offer:
    """An action on one record as the palette shows it: the words before the name, the name, the words after."""

    icon: str
    before: str
    name: str
    after: str
    url: str


_declared: list[Do] = []


def add(*actions: Do) -> None:
    """Offer actions; offering one again changes nothing."""
    _declared.extend(action for action in actions if action not in _declared)


def on(entry: SearchEntry, user: Actor) -> list[Offer]:
    """What the user may do with this record. Reads nothing: whose the record is stands in the entry."""
    kind = kinds.by_key(entry.kind)
    as_record = SimpleNamespace(
        ownership=kind.ownership,
        owner_id=entry.owner_id,
        branch_id=entry.branch_id,
        warehouse_id=entry.warehouse_id,
    )
    return [
        _offer(action, entry, url)
        for action in [*_from_register(kind), *_declared]
        if entry.kind in action.kinds
        and switches.is_on(action.switch)
        and switches.may_act(action.action)
        and policy.allows(user, action.action, as_record)
        and (url := action.url(entry.record_id))
    ]


def find_entry(user: Actor, key: str) -> SearchEntry | None:
    """The entry `crm.client:17`, if the user may see it."""
    name, _colon, record_id = key.partition(":")
    if not record_id.isdecimal() or len(record_id) > 18 or name not in {kind.key for kind in kinds.everything()}:
        return None
    kind = kinds.by_key(name)
    reach = policy.reach_q(user, kind.action, cast("type[SearchEntry]", kind))
    return SearchEntry.objects.filter(reach, kind=name, record_id=int(record_id)).first()


def _from_register(kind: Searched) -> Iterator[Do]:
    """Every register has a form to change a record."""
    register = register_of(kind)
    if register is not None and register.change_action:
        page = f"{register.app}:{register.name}_edit"
        yield Do(
            (kind.key,),
            _("Edit {name}"),
            "pencil",
            register.change_action,
            lambda record_id: reverse_or_nothing(page, record_id),
        )


def _offer(action: Do, entry: SearchEntry, url: str) -> Offer:
    before, _name, after = str(action.label).partition(NAME)
    return Offer(action.icon, before, entry.title, after, url)
