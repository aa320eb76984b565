"""The stock ledger: immutable moves, and the balances kept for speed."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Ownership, ScopedQuerySet, append_only, kept_when, money_field, qty_field
from core.quantities import told
from inventory.choices import MoveKind
from inventory.models.items import Item, Lot
from inventory.models.places import Location


class StockMove(models.Model):
    """`qty` of an item went from one place to another at `occurred_at`; `value` is what it was worth.

    Append-only. `recorded_at` is when the system learned of it. A move inside one warehouse keeps its cost
    layers and has no value. `source_key` names the document line and makes posting twice impossible.
    """

    # Moves are looked up by item and day; by lot where they have one; by nobody's name.
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="moves", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="moves", db_index=False)
    kind = models.CharField(max_length=12, choices=MoveKind.choices)
    from_location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="moves_out")
    to_location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="moves_in")
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    qty = qty_field(_("quantity"))
    value = money_field(_("value"), default=Decimal(0))
    occurred_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    source_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    document = models.CharField(_("document"), max_length=60, blank=True)
    reversal_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    by = models.ForeignKey(
        "core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = ScopedQuerySet.as_manager()
    ownership: ClassVar[Ownership] = Ownership(
        branch="branch", warehouse=("from_location__warehouse", "to_location__warehouse")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(qty__gt=0), name="stock_move_qty_positive"),
            models.CheckConstraint(condition=Q(value__gte=0), name="stock_move_value_not_negative"),
            models.CheckConstraint(condition=~Q(from_location=F("to_location")), name="stock_move_between_two_places"),
        ]
        indexes = [
            models.Index(fields=["item", "occurred_at"], name="stock_move_of_item"),
            models.Index(fields=["occurred_at"], name="stock_move_by_day"),
            models.Index(fields=["lot"], condition=Q(lot__isnull=False), name="stock_move_of_lot"),
        ]
        triggers = [append_only("stock_move_append_only")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {told(self.qty)}"


class StockBalance(models.Model):
    """What lies at a place now, kept for speed: changes only together with the move that explains it.

    `counted_at` is the moment of the last posted count of this place: moves dated before it need a right.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="balances")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="balances")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="balances")
    qty = qty_field(_("on hand"), default=Decimal(0))
    reserved = qty_field(_("reserved"), default=Decimal(0))
    counted_at = models.DateTimeField(_("counted at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("item_id", "location_id", "lot_id")
    ownership: ClassVar[Ownership] = Ownership(branch="location__warehouse__branch", warehouse="location__warehouse")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "location", "lot"], name="stock_balance_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(qty__gte=0), name="stock_balance_never_negative"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("qty")), name="stock_balance_reserved_within_on_hand"
            ),
        ]
        triggers = [kept_when("stock_balance_kept_while_filled", pgtrigger.Q(old__qty__gt=0))]

    def __str__(self) -> str:
        return f"{self.item_id} @ {self.location_id}: {self.qty}"
