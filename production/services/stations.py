"""Tablets of the shop floor: opened at a work centre by the lead, used by operators who come in by PIN or badge."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from core import policy
from core.actors import Actor, user_or_none
from core.errors import DomainError
from core.models import User
from core.transactions import command
from production.errors import BadgeUnknown, CannotWorkHere, StationClosed
from production.models import OperatorPin, Station, WorkCenter
from production.services import badges, pins

logger = logging.getLogger(__name__)

TOKEN_BYTES = 32
TRIES = 10  # wrong PINs of anybody before a station takes none for a while
LOCKED_FOR = timedelta(minutes=5)
IDLE = timedelta(minutes=20)  # a station that nobody touched asks for a PIN again


def hash_of(token: str) -> str:
    """What is stored of a device's secret; it is long and random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


@command
def open_station(*, center_id: int, at: datetime, by: Actor) -> str:
    """Make a tablet the station of a work centre; returns the secret that the tablet keeps and nobody else sees."""
    center = WorkCenter.objects.get(pk=center_id)
    policy.require(by, "production.open_station", center)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    station = Station.objects.create(
        center=center, token_hash=hash_of(token), opened_at=at, opened_by=user_or_none(by), seen_at=at
    )
    logger.info("station opened", extra={"station_id": station.pk, "center_id": center.pk})
    return token


@command
def close_station(*, station_id: int, at: datetime, by: Actor) -> Station:
    """Take a tablet out of use; whoever is at it is out. A second call changes nothing."""
    station = Station.objects.locked().get(pk=station_id)
    policy.require(by, "production.open_station", station.center)
    if station.closed_at is None:
        station.closed_at, station.operator = at, None
        station.save(update_fields=["closed_at", "operator"])
        logger.info("station closed", extra={"station_id": station.pk})
    return station


def station_of(token: str) -> Station | None:
    """The open station of a device's secret, with its centre and who is at it."""
    if not token:
        return None
    rows = Station.objects.filter(token_hash=hash_of(token), closed_at=None, center__is_active=True)
    return rows.select_related("center__branch", "operator").first()


def operator_of(station: Station, at: datetime) -> User | None:
    """Who works at a station now: nobody when it was not touched for a while, or when he may not work any more."""
    user = station.operator
    if user is None or station.seen_at is None or at - station.seen_at > IDLE:
        return None
    return user if user.is_active and policy.allows(user, pins.WORKS, station.center) else None


def enter(*, token: str, user_id: int, pin: str, at: datetime) -> User:
    """Somebody comes in at a station by name and PIN.

    Wrong tries are counted for the person and for the station, and kept although the answer is a refusal. Raises
    StationClosed, PinWrong, PinLocked, CannotWorkHere.
    """
    answer = _try(token=token, user_id=user_id, pin=pin, at=at)
    if isinstance(answer, DomainError):
        raise answer
    return answer


@command
def _try(*, token: str, user_id: int, pin: str, at: datetime) -> User | DomainError:
    station = _open_to_tries(token, at)
    if isinstance(station, DomainError):
        return station
    refused = pins.check_pin(user_id=user_id, pin=pin, at=at)
    if refused is not None:
        _note_wrong(station, at)
        return refused
    return _let_in(station, User.objects.get(pk=user_id), at)


def enter_by_badge(*, token: str, code: str, at: datetime) -> User:
    """Somebody comes in at a station by the badge that he scans.

    Unknown badges are counted for the station, and kept although the answer is a refusal. Who is locked out after
    wrong PINs stays out. Raises StationClosed, BadgeUnknown, PinLocked, CannotWorkHere.
    """
    answer = _try_badge(token=token, code=code, at=at)
    if isinstance(answer, DomainError):
        raise answer
    return answer


@command
def _try_badge(*, token: str, code: str, at: datetime) -> User | DomainError:
    station = _open_to_tries(token, at)
    if isinstance(station, DomainError):
        return station
    badge = badges.owner_of(code)
    if badge is None:
        _note_wrong(station, at)
        locked = station.locked_until
        return pins.locked_until(locked) if locked is not None and locked > at else BadgeUnknown()
    pin = OperatorPin.objects.filter(user=badge.user, locked_until__gt=at).first()
    if pin is not None and pin.locked_until is not None:
        return pins.locked_until(pin.locked_until)
    return _let_in(station, badge.user, at)


def _open_to_tries(token: str, at: datetime) -> Station | DomainError:
    """The station under its lock, or why nobody comes in there now."""
    station = Station.objects.locked().filter(token_hash=hash_of(token), closed_at=None).first()
    if station is None:
        return StationClosed()
    if station.locked_until is not None and station.locked_until > at:
        return pins.locked_until(station.locked_until)
    return station


def _let_in(station: Station, user: User, at: datetime) -> User | CannotWorkHere:
    if not user.is_active or not policy.allows(user, pins.WORKS, station.center):
        return CannotWorkHere(who=user)
    station.operator, station.seen_at = user, at
    station.wrong_tries, station.locked_until = 0, None
    station.save(update_fields=["operator", "seen_at", "wrong_tries", "locked_until"])
    logger.info("operator at station", extra={"station_id": station.pk, "user_id": user.pk})
    return user


def _note_wrong(station: Station, at: datetime) -> None:
    station.wrong_tries += 1
    if station.wrong_tries >= TRIES:
        station.wrong_tries, station.locked_until = 0, at + LOCKED_FOR
        logger.warning("station locked", extra={"station_id": station.pk})
    station.save(update_fields=["wrong_tries", "locked_until"])


@command
def leave(*, token: str) -> None:
    """Whoever is at a station goes. A second call changes nothing."""
    station = Station.objects.locked().filter(token_hash=hash_of(token)).first()
    if station is not None and station.operator_id is not None:
        station.operator = None
        station.save(update_fields=["operator"])


@command
def touch(*, station_id: int, at: datetime) -> None:
    """Somebody pressed something: he is still there."""
    Station.objects.filter(pk=station_id).update(seen_at=at)
