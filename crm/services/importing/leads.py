"""Leads out of a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from core.actors import Actor
from core.imports import own_fields
from core.imports.profiles import Entry, Written
from core.imports.writing import Wish, grant
from core.transactions import command
from crm.choices import ContactKind
from crm.models import Client, ContactPoint, Lead, PersonRole
from crm.selectors import routing
from crm.services.importing.rights import require_all

COLUMNS = (
    "title", "name", "company", "email", "phone", "message", "source_id", "status", "owner_id", "branch_id",
    "received_at", "reject_reason", "budget", "external_key",
)  # fmt: skip


@command
def import_leads(*, entries: Sequence[Entry], by: Actor, dry: bool = False) -> list[Written]:
    """Keep leads of another system, and change known ones (`record_id`); values that a row does not name stay.

    The row as it was read is the raw submission for good. Owner and known client are found as for a lead that comes
    in, but nobody is told: these are no news. The same rows again change nothing. With `dry` nothing is written.
    Raises NotAllowed.
    """
    require_all(entries, model=Lead, create="crm.receive_lead", change="crm.answer_lead", by=by)
    fresh = [entry for entry in entries if entry.record_id is None]
    known = _known(fresh)
    owners: dict[int | None, int | None] = {}
    wishes = []
    for entry in entries:
        plain, own = own_fields.split(entry.values)
        values = {name: plain[name] for name in COLUMNS if name in plain}
        if own:
            values["custom"] = own
        if entry.record_id is None:
            values |= _new(entry, values, known, owners, by)
        wishes.append(Wish(values, entry.record_id, entry.line))
    done = grant(Lead, wishes, by=by, dry=dry)
    return [result.written(wish.line, Lead) for wish, result in zip(wishes, done, strict=True)]


def _new(
    entry: Entry,
    values: dict[str, Any],
    known: dict[int, dict[str, Any]],
    owners: dict[int | None, int | None],
    by: Actor,
) -> dict[str, Any]:
    """What a new lead gets by itself: its raw submission, moment, known client and person, owner."""
    raw = {name: str(value) for name, value in entry.values.items() if name != "points"}
    found: dict[str, Any] = {"raw_payload": raw, "received_at": values.get("received_at") or timezone.now()}
    source_id = values.get("source_id")
    if source_id not in owners:
        owners[source_id] = routing.owner_by_route(source_id)
    ours = known.get(entry.line, {})
    found |= {name: ours[name] for name in ("client_id", "person_id") if name in ours}
    if not values.get("owner_id"):
        found["owner_id"] = owners[source_id] or ours.get("owner_id") or by.pk
    if not values.get("branch_id") and ours.get("branch_id"):
        found["branch_id"] = ours["branch_id"]
    return found


def _known(entries: Sequence[Entry]) -> dict[int, dict[str, Any]]:
    """The person and client behind the e-mails and phones of rows, found as for one lead, in three statements."""
    asked = {spelling for entry in entries for _kind, _value, spelling in entry.values.get("points", ())}
    if not asked:
        return {}
    behind: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    rows = ContactPoint.objects.filter(normalised__in=asked).order_by("pk")
    for kind, spelling, person_id, client_id in rows.values_list("kind", "normalised", "person_id", "client_id"):
        now = behind.get((kind, spelling))
        if now is None or (now[0] is None and person_id is not None):
            behind[kind, spelling] = (person_id, client_id)
    persons = {person_id for person_id, _client_id in behind.values() if person_id}
    roles = PersonRole.objects.filter(person__in=persons).order_by("is_primary", "-pk")
    at = dict(roles.values_list("person_id", "client_id"))
    found: dict[int, dict[str, Any]] = {}
    for entry in entries:
        ordered = sorted(entry.values.get("points", ()), key=lambda point: point[0] != ContactKind.EMAIL)
        hit = next((behind[kind, spelling] for kind, _value, spelling in ordered if (kind, spelling) in behind), None)
        if hit is not None:
            found[entry.line] = {"person_id": hit[0], "client_id": hit[1] or at.get(hit[0] or 0)}
    clients = Client.objects.in_bulk({one["client_id"] for one in found.values() if one["client_id"]})
    for one in found.values():
        client = clients.get(one["client_id"] or 0)
        if client is not None:
            one |= {"owner_id": client.owner_id, "branch_id": client.branch_id}
    return found
