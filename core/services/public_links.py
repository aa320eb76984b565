"""Doors without a login: a token opens one record for one purpose, until it expires, is used up or withdrawn.

Only the hash of a token is stored, so a copy of the database opens nothing. Wrong, expired, used-up and
withdrawn tokens all get the same answer, LinkNotUsable: a stranger learns nothing by trying. Who may make or
withdraw a link is decided by the app that owns the record.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db.models import F, Model

from core.actors import Actor, user_or_none
from core.errors import LinkNotUsable
from core.models import PublicLink
from core.services.records import type_of
from core.transactions import command

TOKEN_BYTES = 32


def hash_of(token: str) -> str:
    """What is stored of a token. It is random and long, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


@command
def make_link(*, record: Model, purpose: str, expires_at: datetime, by: Actor, max_uses: int | None = None) -> str:
    """Open a door to `record`; returns the token, which is shown once and stored nowhere.

    `max_uses` None lets the link be used any number of times until it expires. Each call makes another link.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    PublicLink.objects.create(
        purpose=purpose,
        record_type=type_of(record),
        record_id=record.pk,
        token_hash=hash_of(token),
        expires_at=expires_at,
        max_uses=max_uses,
        created_by=user_or_none(by),
    )
    return token


def read_link(*, token: str, purpose: str, model: type[Model], at: datetime) -> PublicLink:
    """The link that `token` opens at `at`, without counting a use. Raises LinkNotUsable."""
    link = PublicLink.objects.filter(
        token_hash=hash_of(token), purpose=purpose, record_type=type_of(model), revoked_at=None, expires_at__gt=at
    ).first()
    if link is None:
        raise LinkNotUsable
    return link


@command
def use_link(*, token: str, purpose: str, model: type[Model], at: datetime) -> PublicLink:
    """Count one use of the link, guarded by the database, and return it. Raises LinkNotUsable."""
    link = read_link(token=token, purpose=purpose, model=model, at=at)
    usable = PublicLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=at)
    if link.max_uses is not None:
        usable = usable.filter(uses__lt=F("max_uses"))
    if not usable.update(uses=F("uses") + 1):
        raise LinkNotUsable
    link.refresh_from_db(fields=["uses"])
    return link


@command
def revoke_links(*, record: Model, purpose: str, at: datetime, by: Actor) -> int:
    """Withdraw all live links of a record for a purpose; returns how many. A second call finds none."""
    return PublicLink.objects.filter(
        record_type=type_of(record), record_id=record.pk, purpose=purpose, revoked_at=None
    ).update(revoked_at=at)
