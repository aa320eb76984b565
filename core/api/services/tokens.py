"""Making and withdrawing keys of the API."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import InvalidValue
from core.models import ApiToken
from core.transactions import command

logger = logging.getLogger(__name__)

MARK = "hc_"
TOKEN_BYTES = 32
SHOWN = len(MARK) + 8
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class NewToken:
    """A key just made; `secret` is shown once and stored nowhere."""

    token: ApiToken
    secret: str


def hash_of(secret: str) -> str:
    """What is stored of a key. It is random and long, so a plain SHA-256 cannot be guessed back."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@command
def make_token(
    *, name: str, scopes: Iterable[str], known_scopes: Iterable[str], expires_at: datetime, at: datetime, by: Actor
) -> NewToken:
    """Make a key that acts as `by`, within `scopes`, until `expires_at` (at most a year). Each call makes one.

    Raises InvalidValue for an unknown scope, none at all, an empty name or a day that is past or too far.
    """
    policy.require(by, "core.use_api")
    user = user_or_none(by)
    wanted = list(dict.fromkeys(scopes))
    if user is None or not name.strip():
        raise InvalidValue(field="name", problem=_("a key needs a name and a person"))
    if not wanted or set(wanted) - set(known_scopes):
        raise InvalidValue(field="scopes", problem=_("choose what the key may do"))
    if not at < expires_at <= at + LONGEST:
        raise InvalidValue(field="expires_at", problem=_("choose a day within the next year"))
    secret = MARK + secrets.token_urlsafe(TOKEN_BYTES)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        prefix=secret[:SHOWN],
        token_hash=hash_of(secret),
        scopes=wanted,
        expires_at=expires_at,
    )
    logger.info("API key made", extra={"token_id": token.pk})
    return NewToken(token, secret)


@command
def revoke_token(*, token_id: int, at: datetime, by: Actor) -> ApiToken:
    """Withdraw a key at once; a withdrawn one stays as it is. Locks the key."""
    token = ApiToken.objects.locked().get(pk=token_id)
    policy.require(by, "core.use_api", token)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = at, user_or_none(by)
        token.save(update_fields=["revoked_at", "revoked_by"])
        logger.info("API key withdrawn", extra={"token_id": token.pk})
    return token
