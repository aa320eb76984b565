from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.db import Fold
from core.history import tracked
from core.models import Binnable, CustomValues, Entity, LockingQuerySet, price_field, qty_field
from inventory.choices import ItemStatus, ItemType, LotStatus, Replenishment, ServiceRole, Tracking, Valuation


@tracked
class Unit(models.Model):
    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)

    def __str__(self) -> str:
        return self.code


@tracked
class ItemCategory(models.Model):
    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name_plural = _("item categories")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="item_category_once", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(pk=F("parent")), name="item_category_is_not_its_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class Item(Binnable, CustomValues, Entity):
    """Something that is bought, made, kept or sold. Quantities are in `unit`, costs per one of it.

    `min_stock` is the safety stock a purchase proposal fills up to; `pack_qty` and `moq` are the defaults where
    no supplier terms say otherwise; `lead_days` are working days. `valuation` is fixed after the first move.
    """

    sku = models.CharField(_("SKU"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    type = models.CharField(max_length=8, choices=ItemType.choices, default=ItemType.GOODS)
    service_role = models.CharField(max_length=12, choices=ServiceRole.choices, default=ServiceRole.NONE, blank=True)
    status = models.CharField(max_length=12, choices=ItemStatus.choices, default=ItemStatus.ACTIVE)
    category = models.ForeignKey(
        ItemCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
        verbose_name=_("category"),
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valuation = models.CharField(_("valuation"), max_length=8, choices=Valuation.choices, default=Valuation.FIFO)
    tracking = models.CharField(_("tracking"), max_length=8, choices=Tracking.choices, default=Tracking.NONE)
    replenishment = models.CharField(
        _("replenishment"), max_length=8, choices=Replenishment.choices, default=Replenishment.BUY
    )
    is_sold = models.BooleanField(_("sold"), default=True)
    tax = models.ForeignKey("core.Tax", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    standard_cost = price_field(_("standard cost"), default=Decimal(0))
    min_stock = qty_field(_("safety stock"), default=Decimal(0))
    reorder_point = qty_field(_("reorder point"), default=Decimal(0))
    pack_qty = qty_field(_("pack"), default=Decimal(0))
    moq = qty_field(_("minimum order"), default=Decimal(0))
    lead_days = models.PositiveSmallIntegerField(_("lead time, working days"), default=0)
    weight_kg = qty_field(_("weight, kg"), default=Decimal(0))
    tolerance_pct = models.DecimalField(_("over-delivery, %"), max_digits=5, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name, verbose_name_plural = _("item"), _("items")
        constraints = [
            models.CheckConstraint(
                condition=Q(standard_cost__gte=0, min_stock__gte=0, pack_qty__gte=0, moq__gte=0, tolerance_pct__gte=0),
                name="item_quantities_not_negative",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Lower("name"), name="gin_trgm_ops"), name="item_name_trigrams"),
            models.Index(Fold("name"), "id", name="item_by_folded_name"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="item_valuation_fixed_after_first_move",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("valuation", "tracking", "unit", "type"),
                func=(
                    "IF EXISTS (SELECT 1 FROM inventory_stockmove WHERE item_id = OLD.id) THEN"
                    " RAISE EXCEPTION 'item % has moved: its valuation is fixed', OLD.sku"
                    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class ItemUnit(models.Model):
    """Another unit of an item: one `unit` is `factor` base units. Conversion happens once, at the edge."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    factor = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "unit"], name="item_unit_once"),
            models.CheckConstraint(condition=Q(factor__gt=0), name="item_unit_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.factor}"


class StandardCost(models.Model):
    """The standard cost of an item over time; periods of one item never overlap."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="standard_costs")
    cost = price_field(_("cost"))
    valid = DateRangeField(_("valid"))

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="standard_cost_one_at_a_time",
                expressions=[("item", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.cost}"


@tracked
class SupplierItem(models.Model):
    """The terms at which a supplier sells an item: price per base unit, pack, minimum, working days."""

    supplier = models.ForeignKey("crm.LegalEntity", on_delete=models.PROTECT, related_name="supplied_items")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="suppliers")
    price = price_field(_("price"))
    currency = models.ForeignKey("core.Currency", on_delete=models.PROTECT, related_name="+")
    pack_qty = qty_field(_("pack"), default=Decimal(0))
    moq = qty_field(_("minimum order"), default=Decimal(0))
    lead_days = models.PositiveSmallIntegerField(_("lead time, working days"), default=0)
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "item"], name="supplier_item_once"),
            models.CheckConstraint(
                condition=Q(price__gte=0, pack_qty__gte=0, moq__gte=0), name="supplier_item_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["item", "rank", "price"], name="supplier_item_choice")]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.item_id}"


@tracked
class Lot(Entity):
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lots")
    code = models.CharField(_("code"), max_length=60)
    status = models.CharField(max_length=12, choices=LotStatus.choices, default=LotStatus.FREE)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    origin = models.CharField(_("origin"), max_length=120, blank=True)

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="lot_code_once_per_item")]

    def __str__(self) -> str:
        return self.code
