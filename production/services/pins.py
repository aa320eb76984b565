"""PINs of the shop floor: set by the person or by the production lead, kept as a hash, locked after wrong tries."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password

from core import policy
from core.actors import Actor, user_or_none
from core.models import User
from core.transactions import command
from production.errors import CannotWorkHere, PinLocked, PinTooWeak, PinUsedBefore, PinWrong
from production.models import OperatorPin

logger = logging.getLogger(__name__)

WORKS = "production.report_time"
TRIES = 5  # wrong PINs in a row before a person is locked out
LOCKED_FOR = timedelta(minutes=15)
SHAPE = re.compile(r"\d{4,8}")
STEPS = "01234567890123456789"


def refuse_weak(pin: str) -> None:
    """A PIN that anybody would try first is none. Raises PinTooWeak."""
    in_a_row = pin in STEPS or pin[::-1] in STEPS
    if not SHAPE.fullmatch(pin) or len(set(pin)) < 3 or in_a_row or pin == pin[:2] * (len(pin) // 2):
        raise PinTooWeak()


@command
def set_pin(*, user_id: int, pin: str, at: datetime, by: Actor) -> OperatorPin:
    """Give a person the PIN of his own: he himself, or whoever may set PINs. It lifts a lock.

    Only its hash is stored, so nobody can read it again. People choose by name and PIN together; two may have the
    same one without meeting. Raises PinTooWeak, PinUsedBefore, CannotWorkHere (he has no work to report).
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user_id)
    if user != by:
        policy.require(by, "production.manage_pins")
    if not user.is_active or not policy.allows(user, WORKS):
        raise CannotWorkHere(who=user)
    refuse_weak(pin)
    known = OperatorPin.objects.locked().filter(user=user).first()
    if known is not None and check_password(pin, known.pin_hash):
        raise PinUsedBefore()
    row = known or OperatorPin(user=user)
    row.pin_hash, row.set_at, row.set_by = make_password(pin), at, user_or_none(by)
    row.wrong_tries, row.locked_until = 0, None
    row.save()
    logger.info("PIN set", extra={"user_id": user.pk})
    return row


@command
def remove_pin(*, user_id: int, by: Actor) -> None:
    """Take a person's PIN away: he comes in at no station any more. A second call changes nothing."""
    policy.require(by, "production.manage_pins")
    removed, _rows = OperatorPin.objects.filter(user_id=user_id).delete()
    if removed:
        logger.info("PIN removed", extra={"user_id": user_id})


def check_pin(*, user_id: int, pin: str, at: datetime) -> PinWrong | PinLocked | None:
    """Does the PIN belong to the person? None when it does, else what to answer.

    The answer is returned and not raised, because the count of wrong tries has to be kept. Runs in the caller's
    transaction; locks the PIN, so that guesses sent at once count one by one.
    """
    row = OperatorPin.objects.locked().filter(user_id=user_id).first()
    if row is None:
        make_password(pin)  # as slow as a person with a PIN
        return PinWrong()
    if row.locked_until is not None and row.locked_until > at:
        return locked_until(row.locked_until)
    if check_password(pin, row.pin_hash):
        if row.wrong_tries or row.locked_until:
            row.wrong_tries, row.locked_until = 0, None
            row.save(update_fields=["wrong_tries", "locked_until"])
        return None
    row.wrong_tries += 1
    if row.wrong_tries >= TRIES:
        row.wrong_tries, row.locked_until = 0, at + LOCKED_FOR
        logger.warning("PIN locked", extra={"user_id": user_id})
    row.save(update_fields=["wrong_tries", "locked_until"])
    return locked_until(row.locked_until) if row.locked_until and row.locked_until > at else PinWrong()


def locked_until(moment: datetime) -> PinLocked:
    from django.utils import formats, timezone

    return PinLocked(until=formats.time_format(timezone.localtime(moment), "H:i"))
