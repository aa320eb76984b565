"""Clients out of a file, each with its legal entity and contact points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from core.actors import Actor
from core.imports import own_fields
from core.imports.profiles import CHANGED, CREATED, SAME, Entry, Written
from core.imports.writing import Done, Wish, grant
from core.transactions import command
from crm.models import Client, LegalEntity
from crm.services.importing.points import Reachable, add_points
from crm.services.importing.rights import require_all, require_field

CLIENT_COLUMNS = (
    "name", "is_customer", "is_supplier", "is_person", "segment", "industry", "owner_id", "branch_id", "credit_limit",
    "first_source_id", "language", "note", "status", "external_key",
)  # fmt: skip
ENTITY_COLUMNS = (
    "legal_name", "account_number", "country", "tax_id", "billing_address", "shipping_address", "territory", "iban",
    "payment_days", "currency_id",
)  # fmt: skip


@command
def import_clients(*, entries: Sequence[Entry], by: Actor, dry: bool = False) -> list[Written]:
    """Enter clients and change known ones (`record_id`); values that a row does not name stay.

    A new client gets a legal entity of the same name unless the row names another; a known one's entity is that of
    the tax number, else its first. Contact points are added, never removed. The same rows again change nothing.
    About ten statements for any number of rows; with `dry` nothing is written. Raises NotAllowed (a credit limit
    needs its own right).
    """
    require_all(entries, model=Client, create="crm.create_client", change="crm.change_client", by=by)
    require_field(entries, "credit_limit", "crm.change_credit_limit", by)
    wishes = [Wish(_values(entry, by), entry.record_id, entry.line) for entry in entries]
    done = grant(Client, wishes, by=by, dry=dry)
    entities = _entities(entries, done, by=by, dry=dry)
    people = [
        Reachable(entry.line, result.pk, entry.record_id is None, entry.values.get("points", ()))
        for entry, result in zip(entries, done, strict=True)
    ]
    points, added = add_points(people, owner="client_id", by=by, dry=dry)
    touched = {one.line for one in entities if one.kind != SAME} | set(added)
    counts = _parts([entry.record_id for entry in entries if entry.record_id is not None])
    own = [
        _told(entry, result, is_touched=entry.line in touched, parts=counts.get(result.pk, added.get(entry.line, 0)))
        for entry, result in zip(entries, done, strict=True)
    ]
    return [*own, *(one for one in entities if one.kind != SAME), *points]


def _values(entry: Entry, by: Actor) -> dict[str, Any]:
    plain, own = own_fields.split(entry.values)
    values = {name: plain[name] for name in CLIENT_COLUMNS if name in plain}
    if entry.record_id is None:
        values.setdefault("owner_id", by.pk)
    if own:
        values["custom"] = own
    return values


def _entities(entries: Sequence[Entry], done: Sequence[Done], *, by: Actor, dry: bool) -> list[Written]:
    known: dict[int, list[tuple[int, str]]] = {}
    clients = [entry.record_id for entry in entries if entry.record_id is not None]
    if clients:
        rows = LegalEntity.objects.filter(client__in=clients, valid_to=None).order_by("pk")
        for entity_id, client_id, tax_id in rows.values_list("pk", "client_id", "tax_id"):
            known.setdefault(client_id, []).append((entity_id, tax_id))
    wishes = []
    pk: int | None
    for entry, result in zip(entries, done, strict=True):
        values = {name: entry.values[name] for name in ENTITY_COLUMNS if name in entry.values}
        theirs = known.get(entry.record_id or 0, [])
        same = next((pk for pk, tax_id in theirs if tax_id and tax_id == values.get("tax_id")), None)
        pk = same or (theirs[0][0] if theirs else None)
        if pk is None:
            if entry.record_id is not None and not values:
                continue
            values.setdefault("legal_name", entry.values.get("name") or "")
            values["client_id"] = result.pk
        if values:
            wishes.append(Wish(values, pk, entry.line))
    results = grant(LegalEntity, wishes, by=by, dry=dry)
    return [result.written(wish.line, LegalEntity, own=False) for wish, result in zip(wishes, results, strict=True)]


def _parts(known: Sequence[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for link in ("contact_points", "person_roles") if known else ():
        for pk, count in Client.objects.filter(pk__in=known).values_list("pk").annotate(count=Count(link)):
            counts[pk] = counts.get(pk, 0) + count
    return counts


def _told(entry: Entry, result: Done, *, is_touched: bool, parts: int) -> Written:
    kind = CHANGED if result.kind == SAME and is_touched else result.kind
    if result.kind == CREATED:
        return result.written(entry.line, Client, parts=parts)
    return Written(entry.line, Client, result.pk, kind, result.before, result.version, parts)
