"""Contact points of many persons or clients at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.actors import Actor
from core.imports.profiles import CREATED, Written
from core.imports.writing import Wish, grant
from crm.choices import Consent
from crm.models import ContactPoint


@dataclass
class Reachable:
    """A person or client of a row with the points it shall have: (kind, value, normalised) in order of weight."""

    line: int
    owner_id: int
    is_new: bool
    points: Sequence[Sequence[str]]


def add_points(
    people: Sequence[Reachable], *, owner: str, by: Actor, dry: bool
) -> tuple[list[Written], dict[int, int]]:
    """Give each its points; what it has already stays. Returns what was written, and how many were added per line.

    `owner` is `person_id` or `client_id`. The first of a kind becomes primary when there is none. An address that
    somebody unsubscribed stays unsubscribed. Three statements for any number.
    """
    there: dict[int, set[tuple[str, str]]] = {}
    primary: set[tuple[int, str]] = set()
    known = [one.owner_id for one in people if not one.is_new]
    if known:
        rows = ContactPoint.objects.filter(**{f"{owner}__any": set(known)})
        for owner_id, kind, value, is_primary in rows.values_list(owner, "kind", "normalised", "is_primary"):
            there.setdefault(owner_id, set()).add((kind, value))
            if is_primary:
                primary.add((owner_id, kind))
    withdrawn = _withdrawn(people)
    wishes, added = [], dict[int, int]()
    for place, one in enumerate(people):
        who = one.owner_id or -place - 1  # a rehearsal has no keys for new ones
        has = there.setdefault(who, set())
        for kind, value, spelling in one.points:
            if (kind, spelling) in has:
                continue
            has.add((kind, spelling))
            is_primary = (who, kind) not in primary
            primary.add((who, kind))
            wishes.append(
                Wish(_values(owner, one.owner_id, kind, value, spelling, is_primary, withdrawn), line=one.line)
            )
            added[one.line] = added.get(one.line, 0) + 1
    done = grant(ContactPoint, wishes, by=by, dry=dry)
    new = {one.line for one in people if one.is_new}
    written = [
        result.written(wish.line, ContactPoint, own=False)
        for wish, result in zip(wishes, done, strict=True)
        if wish.line not in new and result.kind == CREATED
    ]
    return written, added


def _withdrawn(people: Sequence[Reachable]) -> dict[tuple[str, str], Any]:
    spellings = {spelling for one in people for _kind, _value, spelling in one.points}
    rows = ContactPoint.objects.filter(normalised__any=spellings, consent=Consent.WITHDRAWN)
    return {(row.kind, row.normalised): row for row in rows.order_by("-pk")}


def _values(
    owner: str, owner_id: int, kind: str, value: str, spelling: str, is_primary: bool, withdrawn: dict[Any, Any]
) -> dict[str, Any]:
    values = {owner: owner_id, "kind": kind, "value": value, "normalised": spelling, "is_primary": is_primary}
    refused = withdrawn.get((kind, spelling))
    if refused is not None:
        values |= {
            "consent": Consent.WITHDRAWN, "consent_at": refused.consent_at, "consent_proof": refused.consent_proof,
        }  # fmt: skip
    return values
