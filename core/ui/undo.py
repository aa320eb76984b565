"""Taking back: the last change of one or many records, as long as nobody changed them since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.actors import SYSTEM
from core.errors import DomainError
from core.models import UndoStep
from core.transactions import command
from core.ui import registers

KEPT = timedelta(hours=1)


class UndoTooLate(DomainError):
    code = "undo_too_late"
    message = _("This can no longer be undone.")


@dataclass(frozen=True)
class Step:
    """One record before the change: the values to give back, and the version the change led to."""

    register: str
    record_id: int
    version: int
    before: dict[str, Any]


@command
def remember(*, label: str, steps: Sequence[Step], by: Any, at: datetime) -> UndoStep:
    """Keep what a change replaced, for an hour."""
    return UndoStep.objects.create(
        user=by,
        label=label[:200],
        expires_at=at + KEPT,
        steps=[
            {"register": step.register, "id": step.record_id, "version": step.version, "before": step.before}
            for step in steps
        ],
    )


@command
def take_back(*, uuid: Any, by: Any, at: datetime) -> tuple[int, list[str]]:
    """Give the records of a change their values back; returns how many, and why others kept the new ones.

    Only its maker can, within the hour. A second call changes nothing. A record that somebody changed since, or
    that is out of reach by now, is left as it is and named; one that this very change gave to another owner comes
    back. Locks the step. Raises UndoTooLate.
    """
    step = UndoStep.objects.locked().filter(uuid=uuid, user=by).first()
    if step is None or step.expires_at < at:
        raise UndoTooLate()
    if step.undone_at is not None:
        return 0, []
    done, kept = 0, []
    for part in step.steps:
        register = registers.by_key(part["register"])
        record, actor = register.restorable_by(by).filter(pk=part["id"]).first(), by
        if record is None and not {register.owner_field, f"{register.owner_field}_id"}.isdisjoint(part["before"]):
            # Who gave a record away may not touch it any more: what he did himself he takes back all the same.
            record, actor = register.model._default_manager.filter(pk=part["id"]).first(), SYSTEM
        if record is None:
            continue
        if record.version != part["version"]:
            kept.append(_("%(record)s was changed since and stays as it is.") % {"record": record})
            continue
        try:
            register.put_back(record=record, before=part["before"], by=actor, at=at)
            done += 1
        except DomainError as refused:
            kept.append(_("%(record)s: %(reason)s") % {"record": record, "reason": refused})
    step.undone_at = at
    step.save(update_fields=["undone_at"])
    return done, kept


def before_values(record: Any, changes: dict[str, Any]) -> dict[str, Any]:
    """What the changed fields hold now, as JSON keeps it; the service is called after this."""
    before = {}
    for name in changes:
        if name.startswith("own_"):
            before[name] = record.custom.get(name.removeprefix("own_"))
            continue
        field = record._meta.get_field(name)
        value = getattr(record, field.attname)
        before[name] = value if value is None or isinstance(value, (bool, int, str)) else field.value_to_string(record)
    return before


def after_change(register: registers.Register, record: Any, before: dict[str, Any], *, by: Any) -> UndoStep:
    """Remember one record's change, so that the toast can offer to take it back."""
    step = Step(register.key, record.pk, record.version, before)
    return remember(label=str(record), steps=[step], by=by, at=timezone.now())
