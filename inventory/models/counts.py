"""Counting what lies there: what was expected at a moment, what was found, and the move of the difference."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, LockingQuerySet, Ownership, frozen_when, kept_when, qty_field
from inventory.choices import StocktakeStatus
from inventory.models.items import Item, ItemCategory, Lot
from inventory.models.places import Location, Warehouse
from inventory.models.stock import StockMove


@tracked
class Stocktake(Entity):
    """A count of a warehouse, or of one of its places or a category, as of `snapshot_at`.

    What moves between the snapshot and the posting stays as it moved: posting adds the differences only.
    """

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="stocktakes", verbose_name=_("warehouse")
    )
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("place")
    )
    category = models.ForeignKey(
        ItemCategory, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    number = models.CharField(_("number"), max_length=40)
    status = models.CharField(_("status"), max_length=10, choices=StocktakeStatus.choices, default=StocktakeStatus.OPEN)
    is_blind = models.BooleanField(_("hides what is expected"), default=True)
    snapshot_at = models.DateTimeField(_("as of"))
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    owner = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("counted by")
    )

    ownership: ClassVar[Ownership] = Ownership(branch="warehouse__branch", warehouse="warehouse")

    class Meta:
        verbose_name, verbose_name_plural = _("stock count"), _("stock counts")
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "number"], name="stocktake_number_once"),
            models.CheckConstraint(
                condition=Q(status="posted", posted_at__isnull=False)
                | (~Q(status="posted") & Q(posted_at__isnull=True)),
                name="stocktake_posted_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["status", "-snapshot_at"], name="stocktake_list")]
        triggers = [
            frozen_when("stocktake_frozen", pgtrigger.Q(old__status="posted"), except_fields=["version", "updated_at"]),
            kept_when("stocktake_kept", pgtrigger.Q(old__status="posted")),
        ]

    def __str__(self) -> str:
        return self.number


class StocktakeLine(models.Model):
    """`expected` lay there at the snapshot; `counted` was found, empty until somebody looked.

    `move` carries the difference of a posted count; a line without a difference has none.
    """

    stocktake = models.ForeignKey(Stocktake, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    expected = qty_field(_("expected"), default=Decimal(0))
    counted = qty_field(_("counted"), null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    counted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    move = models.OneToOneField(
        StockMove, on_delete=models.PROTECT, null=True, blank=True, related_name="stocktake_line"
    )

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "item", "location", "lot"], name="stocktake_line_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(expected__gte=0) & (Q(counted__isnull=True) | Q(counted__gte=0)),
                name="stocktake_line_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(move__isnull=True) | Q(counted__isnull=False), name="stocktake_line_moved_was_counted"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stocktake_line_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=(
                    "IF EXISTS (SELECT 1 FROM inventory_stocktake WHERE id = OLD.stocktake_id AND status = 'posted')"
                    " THEN RAISE EXCEPTION 'stock count % is posted', OLD.stocktake_id"
                    " USING ERRCODE = 'check_violation'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stocktake_id}: {self.item_id}"

    @property
    def difference(self) -> Decimal | None:
        return None if self.counted is None else self.counted - self.expected
