"""Persons out of a file, with their places at clients, e-mails and phones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from core import policy
from core.actors import Actor
from core.imports import own_fields
from core.imports.profiles import CHANGED, CREATED, SAME, Entry, Written
from core.imports.writing import Done, Wish, found_later, grant
from core.transactions import command
from crm.models import Client, Person, PersonRole
from crm.services.importing.points import Reachable, add_points
from crm.services.importing.rights import require_all

COLUMNS = (
    "title", "first_name", "middle_name", "last_name", "suffix", "kind", "status", "language", "owner_id",
    "external_key",
)  # fmt: skip


@command
def import_persons(*, entries: Sequence[Entry], by: Actor, dry: bool = False) -> list[Written]:
    """Enter persons and change known ones (`record_id`); values that a row does not name stay.

    Without an owner the user himself takes a new person. `company` names a client to be found by its exact name or
    made; contact points and places are added, never removed. The same rows again change nothing. About twelve
    statements for any number of rows; with `dry` nothing is written. Raises NotAllowed.
    """
    require_all(entries, model=Person, create="crm.create_client", change="crm.change_client", by=by)
    made = _companies(entries, by=by, dry=dry)
    with found_later(Person, dry=dry) as keys:
        wishes = [Wish(_values(entry, by), entry.record_id, entry.line) for entry in entries]
        done = grant(Person, wishes, by=by, dry=dry)
        people = [
            Reachable(entry.line, result.pk, entry.record_id is None, entry.values.get("points", ()))
            for entry, result in zip(entries, done, strict=True)
        ]
        points, added = add_points(people, owner="person_id", by=by, dry=dry)
        roles, placed = _places(entries, done, by=by, dry=dry)
        keys += [result.pk for result in done]
    counts = _parts(done, added, placed)
    own = [
        _told(entry, result, added.get(entry.line, 0) + placed.get(entry.line, 0), counts)
        for entry, result in zip(entries, done, strict=True)
    ]
    return [*made, *own, *points, *roles]


def _values(entry: Entry, by: Actor) -> dict[str, Any]:
    plain, own = own_fields.split(entry.values)
    values = {name: plain[name] for name in COLUMNS if name in plain}
    if entry.record_id is None:
        values.setdefault("owner_id", by.pk)
    if own:
        values["custom"] = own
    return values


def _companies(entries: Sequence[Entry], *, by: Actor, dry: bool) -> list[Written]:
    """Find the clients that rows name as their company, and make those nobody knows."""
    named = [entry for entry in entries if entry.values.get("company") and entry.values.get("client_id") is None]
    if not named:
        return []
    names = {entry.values["company"] for entry in named}
    found: dict[str, int] = {}
    known = Client.objects.visible_to(by).filter(name__any=names)
    found.update(known.order_by("-pk").values_list("name", "pk"))
    lines = {entry.values["company"]: entry.line for entry in reversed(named)}
    missing = [name for name in dict.fromkeys(entry.values["company"] for entry in named) if name not in found]
    if missing:
        policy.require(by, "crm.create_client")
    wishes = [Wish({"name": name, "owner_id": by.pk}, line=lines[name]) for name in missing]
    done = grant(Client, wishes, by=by, dry=dry)
    if not dry:
        found.update({name: result.pk for name, result in zip(missing, done, strict=True)})
    for entry in named:
        entry.values["client_id"] = found.get(entry.values["company"])
    return [result.written(wish.line, Client, own=False) for wish, result in zip(wishes, done, strict=True)]


def _places(
    entries: Sequence[Entry], done: Sequence[Done], *, by: Actor, dry: bool
) -> tuple[list[Written], dict[int, int]]:
    """A place at the client for each row that names one; a known place gets the row's position."""
    there: dict[tuple[int, int], tuple[int, str]] = {}
    known = [entry.record_id for entry in entries if entry.record_id is not None]
    if known:
        rows = PersonRole.objects.filter(person__any=set(known)).order_by("-is_primary", "pk")
        for pk, person_id, at_id, held in rows.values_list("pk", "person_id", "client_id", "position"):
            there.setdefault((person_id, at_id), (pk, held))
    clients = {entry.values["client_id"] for entry in entries if entry.values.get("client_id")}
    taken = (
        set(PersonRole.objects.filter(client__any=clients).values_list("client_id", flat=True)) if clients else set()
    )
    wishes, placed = [], dict[int, int]()
    for entry, result in zip(entries, done, strict=True):
        client_id, position = entry.values.get("client_id"), entry.values.get("position")
        if not client_id:
            placed[entry.line] = int(dry and bool(entry.values.get("company")) and entry.record_id is not None)
            continue
        role = there.get((entry.record_id or 0, client_id))
        if role is not None:
            if position is not None and position != role[1]:
                wishes.append(Wish({"position": position}, role[0], entry.line))
            continue
        values = {"person_id": result.pk, "client_id": client_id, "position": position or ""}
        wishes.append(Wish({**values, "is_primary": client_id not in taken}, line=entry.line))
        taken.add(client_id)
        placed[entry.line] = 1
        if result.pk:
            there[result.pk, client_id] = (0, position or "")
    new = {entry.line for entry in entries if entry.record_id is None}
    written = [
        one.written(wish.line, PersonRole, own=False)
        for wish, one in zip(wishes, _granted(wishes, by=by, dry=dry), strict=True)
        if wish.line not in new and one.kind != SAME
    ]
    return written, placed


def _granted(wishes: Sequence[Wish], *, by: Actor, dry: bool) -> list[Done]:
    """New places and other positions have different columns: two rounds."""
    for part in ([wish for wish in wishes if wish.pk is None], [wish for wish in wishes if wish.pk is not None]):
        grant(PersonRole, part, by=by, dry=dry)
    return [wish.done for wish in wishes if wish.done is not None]


def _parts(done: Sequence[Done], added: dict[int, int], placed: dict[int, int]) -> dict[int, int]:
    """How many contact points and places known persons have now."""
    known = {result.pk for result in done if result.kind != CREATED}
    counts: dict[int, int] = {}
    if known and any(result.kind == CHANGED for result in done):
        for link in ("contact_points", "roles"):
            for pk, count in Person.objects.filter(pk__in=known).values_list("pk").annotate(count=Count(link)):
                counts[pk] = counts.get(pk, 0) + count
    return counts


def _told(entry: Entry, result: Done, added: int, counts: dict[int, int]) -> Written:
    """The person's own result: also changed when it got another contact point or place."""
    if result.kind == CREATED:
        return result.written(entry.line, Person, parts=added)
    kind = CHANGED if added else result.kind
    return Written(
        entry.line, Person, result.pk, kind, result.before, result.version, counts.get(result.pk, added), None
    )
