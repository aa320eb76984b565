"""Doors without a login whose address stays the same: printed on a paper, shown again on a card.

The token is made from the secret of the installation, the record and the number of withdrawals before it, so it
can be told again though only its hash is stored; a withdrawal makes the next one another.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.crypto import salted_hmac

from core.actors import Actor, user_or_none
from core.models import PublicLink
from core.services.public_links import hash_of
from core.services.records import type_of
from core.transactions import command

SALT = "core.standing_links"


def token_of(record: Any, purpose: str, withdrawn: int) -> str:
    """The token of the link that follows so many withdrawn ones."""
    told = f"{purpose}:{record._meta.label_lower}:{record.pk}:{withdrawn}"
    digest = salted_hmac(SALT, told, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@command
def open_link(*, record: Model, purpose: str, expires_at: datetime, by: Actor) -> str:
    """Open the standing door to `record` and return its token. One that is open lives on, at least until then."""
    links = PublicLink.objects.filter(record_type=type_of(record), record_id=record.pk, purpose=purpose)
    token = token_of(record, purpose, links.filter(revoked_at__isnull=False).count())
    link, _made = links.get_or_create(
        token_hash=hash_of(token),
        defaults={
            "record_type": type_of(record), "record_id": record.pk, "purpose": purpose, "expires_at": expires_at,
            "created_by": user_or_none(by),
        },
    )  # fmt: skip
    if link.expires_at < expires_at:
        links.filter(pk=link.pk).update(expires_at=expires_at)
    return token


def tokens_of(records: Iterable[Any], purpose: str, *, at: datetime) -> dict[int, str]:
    """By record: the token of the door that stands open at `at`; a record without one is absent (one statement)."""
    known = {record.pk: record for record in records}
    if not known:
        return {}
    kind = type_of(next(iter(known.values())))
    rows = PublicLink.objects.filter(record_type=kind, record_id__in=known, purpose=purpose)
    withdrawn: dict[int, int] = {}
    live: dict[int, set[str]] = {}
    for record_id, stored, expires_at, revoked_at in rows.values_list(
        "record_id", "token_hash", "expires_at", "revoked_at"
    ):
        if revoked_at is not None:
            withdrawn[record_id] = withdrawn.get(record_id, 0) + 1
        elif expires_at > at:
            live.setdefault(record_id, set()).add(stored)
    found = {pk: token_of(known[pk], purpose, withdrawn.get(pk, 0)) for pk in live}
    return {pk: token for pk, token in found.items() if hash_of(token) in live[pk]}
