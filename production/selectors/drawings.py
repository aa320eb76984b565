"""The files that show how something is made: those of its recipe, then those of the item."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from core import policy
from core.actors import Actor
from core.models import Attachment
from core.services.attachments import FILE
from core.services.records import type_of
from inventory.models import Item
from production.models import BOM, Operation, WorkOrder
from production.selectors.open_work import OPEN_WORK

MOST = 12


def drawings_of(work: WorkOrder, user: Actor) -> list[Attachment]:
    """Files of the recipe and the item of a work order that the user may open, pictures first (one statement)."""
    wanted = Q(pk__in=[])
    bom_type, item_type = type_of(BOM).pk, type_of(Item).pk
    if work.bom_id is not None and policy.allows(user, "production.view_bom"):
        wanted |= Q(record_type=bom_type, record_id=work.bom_id)
    if policy.allows(user, "inventory.view_item"):
        wanted |= Q(record_type=item_type, record_id=work.item_id)
    rows = Attachment.objects.filter(wanted, kind=FILE).order_by("-pk")[:MOST]
    return sorted(rows, key=lambda file: (not is_picture(file), file.record_type_id != bom_type, file.pk))


def is_picture(file: Attachment) -> bool:
    return file.content_type.startswith("image/")


def shown_at(center_id: int, user: Actor, uuid: UUID) -> tuple[Operation, list[Attachment]] | None:
    """The open operation of a centre that a file belongs to, with all its files; None where it is not shown there."""
    file = Attachment.objects.filter(uuid=uuid, kind=FILE).first()
    if file is None:
        return None
    belongs = _work_with(file)
    rows = Operation.objects.filter(belongs, center=center_id, work_order__status__in=OPEN_WORK)
    operation = rows.select_related("work_order__item__unit").order_by("starts_at", "pk").first()
    if operation is None:
        return None
    files = drawings_of(operation.work_order, user)
    return (operation, files) if _holds(files, file) else None


def _work_with(file: Attachment) -> Q:
    if file.record_type_id == type_of(BOM).pk:
        return Q(work_order__bom=file.record_id)
    return Q(work_order__item=file.record_id) if file.record_type_id == type_of(Item).pk else Q(pk__in=[])


def _holds(files: Iterable[Attachment], file: Attachment) -> bool:
    return any(one.pk == file.pk for one in files)
