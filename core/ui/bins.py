"""The bin: a record that was put away is found nowhere, keeps everything that hangs on it, and can come back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor, user_or_none
from core.errors import DomainError
from core.ports import Chorus
from core.transactions import command
from core.ui import registers


class StillNeeded(DomainError):
    code = "still_needed"
    message = _("{record} cannot go to the bin: {reason}")


def _objection(record: Any) -> str:
    """Why a record must stay, in one sentence; "" when nothing speaks against the bin."""
    return ""


objections: Chorus[[Any], str] = Chorus(_objection)


@command
def put_into_bin(*, register: str, record_id: int, at: datetime, by: Actor, version: int | None = None) -> Any:
    """Put a record away. Again changes nothing. Locks it. Raises StaleVersion, and StillNeeded when an app objects."""
    kind = registers.by_key(register)
    record: Any = kind.model._default_manager.locked().get(pk=record_id)  # type: ignore[attr-defined]
    policy.require(by, kind.bin_action, record)
    if record.binned_at is not None:
        return record
    record.expect_version(version)
    reason = next((said for said in objections(record) if said), "")
    if reason:
        raise StillNeeded(record=record, reason=reason)
    record.binned_at, record.binned_by = at, user_or_none(by)
    record.save(update_fields=["binned_at", "binned_by"])
    return record


@command
def take_out_of_bin(*, register: str, record_id: int, by: Actor) -> Any:
    """Bring a record back. One that is not in the bin stays as it is. Locks it."""
    kind = registers.by_key(register)
    record: Any = kind.model._default_manager.locked().get(pk=record_id)  # type: ignore[attr-defined]
    policy.require(by, kind.bin_action, record)
    if record.binned_at is not None:
        record.binned_at = record.binned_by = None
        record.save(update_fields=["binned_at", "binned_by"])
    return record
