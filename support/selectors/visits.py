"""What is read about visits: what may be installed, which parts a crew may have used, what came back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.models import Attachment
from core.services.records import type_of
from inventory.choices import ItemType, Replenishment
from inventory.models import Item, StockBalance
from sales.choices import OrderStatus
from sales.models import OrderLine
from support.models import InstallationVisit, VisitPart

INSTALLABLE = Q(status__in=(OrderStatus.CONFIRMED, OrderStatus.IN_PROGRESS, OrderStatus.DONE), warehouse__isnull=False)
MOST_PARTS = 40


@dataclass(frozen=True)
class CameBack:
    """What a crew brought back from a visit."""

    photos: Sequence[Attachment]
    signature: Attachment | None
    parts: Sequence[VisitPart]


def with_times(visits: QuerySet[InstallationVisit]) -> QuerySet[InstallationVisit]:
    """Visits that know when they begin, to sort and to show by."""
    return visits.annotate(starts_at=F("slot__startswith"))


def parts_offered(visit: InstallationVisit) -> list[Item]:
    """Goods that lie in the visit's warehouse and are not what was sold: those crews used most come first."""
    sold = OrderLine.objects.filter(order=visit.order_id, item=OuterRef("pk"))
    held = StockBalance.objects.filter(location__warehouse=visit.warehouse_id, item=OuterRef("pk"), qty__gt=0)
    items = Item.objects.filter(Exists(held), ~Exists(sold), type=ItemType.GOODS, replenishment=Replenishment.BUY)
    times = VisitPart.objects.filter(item=OuterRef("pk")).order_by().values("item").annotate(times=Count("pk"))
    used = Coalesce(Subquery(times.values("times")), 0)
    return list(items.select_related("unit").annotate(used=used).order_by("-used", "sku")[:MOST_PARTS])


def parts_named(keys: Iterable[int], offered: Sequence[Item]) -> list[Item]:
    """The offered parts and those that a report names besides: the last one may have left the shelf meanwhile."""
    known = {item.pk for item in offered}
    wanted = [key for key in keys if key not in known]
    more = Item.objects.filter(pk__in=wanted, type=ItemType.GOODS).select_related("unit") if wanted else ()
    return [*offered, *more]


def lines_of(visit: InstallationVisit) -> list[OrderLine]:
    """What is installed: the goods of the order."""
    return list(
        OrderLine.objects.filter(order=visit.order_id, item__type=ItemType.GOODS).select_related("item__unit")
        .order_by("position")
    )  # fmt: skip


def came_back(visit: InstallationVisit) -> CameBack:
    """Photos, signature and parts of a visit, in two statements."""
    files = list(
        Attachment.objects.filter(record_type=type_of(visit), record_id=visit.pk, kind__in=("photo", "signature"))
        .order_by("pk")
    )  # fmt: skip
    return CameBack(
        photos=[file for file in files if file.kind == "photo"],
        signature=next((file for file in files if file.kind == "signature"), None),
        parts=list(visit.parts.select_related("item__unit", "move").order_by("pk")),
    )
