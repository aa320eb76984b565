"""Lost updates of rows without a version: a form sends back what it was filled from, and the service compares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Model, ProtectedError, RestrictedError
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, InvalidValue, StaleVersion

M = TypeVar("M", bound=Model)

# Columns that move without anybody changing the record.
MOVING = frozenset({"updated_at", "updated_by_id", "last_login", "rights_stamp", "password", "factor_needed_since"})


class ChangedMeanwhile(StaleVersion):
    message = _("Somebody changed this meanwhile. Nothing of yours was saved; compare before you save again.")


def fingerprint(record: Model, *more: Any) -> str:
    """A short text that differs as soon as a column of the record does; `more` are facts that belong to it."""
    columns = {
        field.attname: _plain(getattr(record, field.attname))
        for field in record._meta.concrete_fields
        if field.attname not in MOVING
    }
    text = json.dumps([columns, *more], sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _plain(value: Any) -> str:
    """A value in the same letters whether it was just typed or read from the database."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def expect(record: Model, seen: str, *more: Any) -> None:
    """Raise ChangedMeanwhile when the record is no longer what the form was filled from.

    Called under the lock. An empty `seen` means that the caller holds no copy.
    """
    if seen and seen != fingerprint(record, *more):
        raise ChangedMeanwhile(current="", expected="")


def change_row(
    model: type[M], pk: Any, changes: dict[str, Any], *, seen: str = "", check: Callable[[M], None] | None = None
) -> M:
    """Lock a row, compare it with what the caller saw, and write what differs; the same values write nothing.

    `check` may refuse the row under its lock. Raises ChangedMeanwhile.
    """
    row: M = model._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if check is not None:
        check(row)
    different = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if different:  # a second identical send changes nothing and so meets no conflict
        expect(row, seen)
        for name, value in different.items():
            setattr(row, name, value)
        row.save(update_fields=[*different])
    return row


def refuse_taken(model: type[Model], *, label: Any, apart_from: Any = None, **taken: Any) -> None:
    """Raise InvalidValue when another row has these values already; the constraint stays the last word."""
    rows = model._default_manager.filter(**taken)
    if apart_from is not None:
        rows = rows.exclude(pk=apart_from)
    if rows.exists():
        raise InvalidValue(field=label, problem=_("it is taken already"))


class StillUsed(DomainError):
    code = "still_used"
    message = _(
        "{name} is in use ({what}), so it cannot be deleted. Take it out of use instead, where that is offered."
    )


def delete_unused(row: Model) -> None:
    """Delete a row that nothing points to. Raises StillUsed with what does; foreign keys stay the last word."""
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, RestrictedError, IntegrityError) as refused:
        found = getattr(refused, "protected_objects", None) or getattr(refused, "restricted_objects", None) or ()
        kinds = sorted({str(one._meta.verbose_name_plural) for one in found})
        raise StillUsed(name=row, what=", ".join(kinds) or _("other records")) from refused
