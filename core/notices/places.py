"""Where a record is looked at, who may know of it, and what time it is for a user."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Model
from django.urls import NoReverseMatch

from core import policy
from core.backends import view_action


def url_of(record: Any) -> str:
    """The page of a record, or nothing when it has none."""
    from core.ui import registers

    register = registers.of(record)
    try:
        if register is not None:
            return register.url_of(record)
        return record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""
    except NoReverseMatch:
        return ""


def may_know_of(user: Any, record: Model) -> bool:
    """May the user see this record? One whose view right nobody declared is known to those who edit master data."""
    action = view_action(type(record))
    if action not in policy.known_actions():
        return policy.allows(user, "core.edit_master_data")
    return policy.allows(user, action, record)


def zone_of(user: Any) -> ZoneInfo:
    """The user's time zone; one that nobody knows counts as UTC."""
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(user: Any, at: datetime) -> datetime:
    """A moment by the user's clock."""
    return at.astimezone(zone_of(user)) if at.tzinfo else at.replace(tzinfo=UTC).astimezone(zone_of(user))
