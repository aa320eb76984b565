"""Badges of the shop floor: printed here or a card the person has, kept as a keyed hash, unique, taken away again."""

from __future__ import annotations

import base64
import logging
import re
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from core import policy
from core.actors import Actor, user_or_none
from core.models import User
from core.transactions import command
from production.errors import BadgeTaken, BadgeTooWeak, CannotWorkHere
from production.models import OperatorBadge
from production.services import pins

logger = logging.getLogger(__name__)

MANAGES = "production.manage_pins"
SALT, CODES = "production.badge", "production.badge.code"
LETTERS = 13  # of 32: 65 bits, far beyond guessing at a station, and short enough for a small label
SHAPE = re.compile(r"[0-9A-Z]{8,40}")


def hash_of(code: str) -> str:
    """What is stored of a code. A number on a card could be guessed back from a plain hash, so it takes the secret."""
    return salted_hmac(SALT, tidied(code), algorithm="sha256").hexdigest()


def tidied(code: str) -> str:
    """A code as a scanner or a person gives it: without blanks and dashes, in capitals."""
    return re.sub(r"[\s-]", "", code).upper()


def code_of(badge: OperatorBadge) -> str:
    """The code of a badge that is printed here; "" of one that is not, or that was taken away."""
    if not badge.is_printed_here or badge.code_hash is None:
        return ""
    code = _code(badge.user_id, badge.series)
    return code if hash_of(code) == badge.code_hash else ""  # the secret of the installation is another one by now


def _code(user_id: int, series: int) -> str:
    digest = salted_hmac(CODES, f"{user_id}:{series}", algorithm="sha256").digest()
    return f"B{base64.b32encode(digest).decode()[:LETTERS]}"


@command
def make_badge(*, user_id: int, after: int, at: datetime, by: Actor) -> OperatorBadge:
    """Give a person a new badge to be printed; the one he had lets nobody in any more.

    `after` is the series that the asker saw: where there is a later badge by now, nothing is changed, so that asking
    twice makes one. Raises CannotWorkHere.
    """
    row = _row_of(user_id, at, by)
    if row.series != after and row.code_hash is not None:
        return row
    row.series += 1
    row.is_printed_here, row.code_hash = True, hash_of(_code(row.user_id, row.series))
    _keep(row)
    logger.info("badge made", extra={"user_id": row.user_id})
    return row


@command
def set_badge(*, user_id: int, code: str, at: datetime, by: Actor) -> OperatorBadge:
    """Let a card that a person has already be his badge. The same again changes nothing.

    Raises BadgeTooWeak, BadgeTaken (somebody else's, or one that is printed here), CannotWorkHere.
    """
    row, code = _row_of(user_id, at, by), tidied(code)
    if not SHAPE.fullmatch(code) or len(set(code)) < 3 or code in pins.STEPS:
        raise BadgeTooWeak
    if row.code_hash == hash_of(code):
        return row
    row.is_printed_here, row.code_hash = False, hash_of(code)
    _keep(row)
    logger.info("badge set", extra={"user_id": row.user_id})
    return row


@command
def take_badge_away(*, user_id: int, by: Actor) -> None:
    """The person's badge lets nobody in any more. A second call changes nothing."""
    policy.require(by, MANAGES)
    if OperatorBadge.objects.filter(user_id=user_id, code_hash__isnull=False).update(code_hash=None):
        logger.info("badge taken away", extra={"user_id": user_id})


def owner_of(code: str) -> OperatorBadge | None:
    """Whose badge a scanned code is (one statement)."""
    if not SHAPE.fullmatch(tidied(code)):
        return None
    return OperatorBadge.objects.select_related("user").filter(code_hash=hash_of(code)).first()


def _row_of(user_id: int, at: datetime, by: Actor) -> OperatorBadge:
    """The person's row under the lock of the person, as it would be kept now."""
    policy.require(by, MANAGES)
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    if not user.is_active or not policy.allows(user, pins.WORKS):
        raise CannotWorkHere(who=user)
    row = OperatorBadge.objects.locked().filter(user=user).first() or OperatorBadge(user=user)
    row.set_at, row.set_by = at, user_or_none(by)
    return row


def _keep(row: OperatorBadge) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise BadgeTaken from error
