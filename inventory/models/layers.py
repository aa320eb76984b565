"""What goods cost: layers, what was used of them, and what was added later."""

from __future__ import annotations

from typing import ClassVar, Self

import pgtrigger
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import LockingQuerySet, append_only, money_field, qty_field
from inventory.choices import AdjustmentTarget
from inventory.models.items import Item, Lot
from inventory.models.places import Warehouse
from inventory.models.stock import StockMove


def worth_moves(name: str, operation: pgtrigger.Operation, **rows: str) -> pgtrigger.Trigger:
    """Whatever changes layers writes down, in the same statement, by how much their warehouses' worth changed."""
    signs = {"old": "-", "new": ""}
    changed = " UNION ALL ".join(f"SELECT warehouse_id, {signs[age]}left_value FROM {rows[age]}" for age in rows)  # noqa: S608 - names of this file
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**rows),
        func=(
            "INSERT INTO inventory_worthchange (warehouse_id, amount) SELECT warehouse_id, sum(amount)"  # noqa: S608
            f" FROM ({changed}) changed (warehouse_id, amount) GROUP BY warehouse_id HAVING sum(amount) <> 0;"
            " RETURN NULL;"
        ),
    )


class LayerQuerySet(LockingQuerySet):
    def with_repriced(self) -> Self:
        """Mark the layers whose value was adjusted after they came in (see `inventory.costing`)."""
        return self.annotate(repriced=Exists(ValueAdjustment.objects.filter(layer=OuterRef("pk"))))


class CostLayer(models.Model):
    """Goods of one receipt that lie in a warehouse with their value (FIFO), or the pool of an averaged item.

    `qty` and `value` are all that came in, later value adjustments of the stock part included; `left_qty` and
    `left_value` what has not been used. The use that empties a layer takes all value left.
    """

    view_action = "inventory.view_costs"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="layers")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="layers", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, blank=True, related_name="layers", db_index=False)
    move = models.ForeignKey(StockMove, on_delete=models.PROTECT, null=True, blank=True, related_name="layers")
    pooled = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    qty = qty_field()
    value = money_field()
    left_qty = qty_field()
    left_value = money_field()
    repriced: bool  # by `with_repriced`

    objects = LayerQuerySet.as_manager()
    lock_order: ClassVar[tuple[str, ...]] = ("item_id", "warehouse_id", "lot_id", "received_at", "pk")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_qty__gte=0, left_qty__lte=F("qty"), left_value__gte=0, qty__gte=0, value__gte=0),
                name="cost_layer_left_within_what_came",
            ),
            models.CheckConstraint(condition=Q(left_qty__gt=0) | Q(left_value=0), name="cost_layer_empty_has_no_value"),
            models.CheckConstraint(
                condition=Q(pooled=True, move__isnull=True) | Q(pooled=False, move__isnull=False),
                name="cost_layer_of_a_move_or_a_pool",
            ),
            models.UniqueConstraint(
                fields=["item", "warehouse", "lot"],
                condition=Q(pooled=True),
                nulls_distinct=False,
                name="cost_layer_one_pool",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "warehouse", "received_at"],
                include=["left_value"],  # what some goods are worth is added up without a look into the table
                condition=Q(left_qty__gt=0),
                name="cost_layer_open",
            ),
            models.Index(fields=["lot"], condition=Q(lot__isnull=False), name="cost_layer_of_lot"),
        ]
        triggers = [
            worth_moves("cost_layer_adds_to_worth", pgtrigger.Insert, new="added"),
            worth_moves("cost_layer_moves_worth", pgtrigger.Update, old="before", new="afterwards"),
            worth_moves("cost_layer_takes_from_worth", pgtrigger.Delete, old="gone"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.left_qty} of {self.qty}"


class WorthChange(models.Model):
    """By how much one statement changed what the layers of a warehouse are worth; all rows of a warehouse add up to it.

    Written by triggers of the layers, so no way around the services leaves it out. Rows only come, so shipments do
    not wait for each other; `inventory.services.worth` makes one row of many. What is worth nothing has no row.
    """

    view_action = "inventory.view_costs"

    # Added up whole, and folded before there are many: an index would cost each change more than it saves.
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="worth", db_index=False)
    amount = money_field()

    class Meta:
        triggers = [pgtrigger.Protect(name="worth_change_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.warehouse_id}: {self.amount}"


class LayerUse(models.Model):
    """How much of a layer a move took, and its value; negative when a reversal gave it back. Append-only."""

    view_action = "inventory.view_costs"

    layer = models.ForeignKey(CostLayer, on_delete=models.PROTECT, related_name="uses")
    move = models.ForeignKey(StockMove, on_delete=models.PROTECT, related_name="uses")
    qty = qty_field()
    value = money_field()
    reversal_of = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qty__gt=0, value__gte=0, reversal_of__isnull=True)
                | Q(qty__lt=0, value__lte=0, reversal_of__isnull=False),
                name="layer_use_positive_or_reversal",
            ),
        ]
        triggers = [append_only("layer_use_append_only")]

    def __str__(self) -> str:
        return f"{self.layer_id}: {self.qty}"


class ValueAdjustment(models.Model):
    """A cost learned after the goods came in: added to what is left and to those who used the rest."""

    view_action = "inventory.view_costs"

    layer = models.ForeignKey(CostLayer, on_delete=models.PROTECT, related_name="adjustments")
    receipt_move = models.ForeignKey(StockMove, on_delete=models.PROTECT, related_name="adjustments")
    amount = money_field(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    source_key = models.CharField(max_length=160, unique=True)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        triggers = [append_only("value_adjustment_append_only")]

    def __str__(self) -> str:
        return f"{self.reason}: {self.amount}"


class ValueAdjustmentPart(models.Model):
    """A share of an adjustment; the parts of one adjustment add up to its amount (checked at commit)."""

    view_action = "inventory.view_costs"

    adjustment = models.ForeignKey(ValueAdjustment, on_delete=models.PROTECT, related_name="parts")
    target = models.CharField(max_length=6, choices=AdjustmentTarget.choices)
    use = models.ForeignKey(LayerUse, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    amount = money_field()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target="stock", use__isnull=True) | Q(target="used", use__isnull=False),
                name="value_adjustment_part_names_its_use",
            ),
        ]
        triggers = [
            append_only("value_adjustment_part_append_only"),
            pgtrigger.Trigger(
                name="value_adjustment_parts_add_up",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=(
                    "IF (SELECT sum(amount) FROM inventory_valueadjustmentpart WHERE adjustment_id = NEW.adjustment_id)"
                    " <> (SELECT amount FROM inventory_valueadjustment WHERE id = NEW.adjustment_id) THEN"
                    " RAISE EXCEPTION 'parts of value adjustment % do not add up', NEW.adjustment_id"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.amount}"
