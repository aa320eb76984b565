from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import tracked
from core.models import Entity, Ownership
from inventory.choices import LocationKind

INSIDE = [LocationKind.STOCK, LocationKind.TRANSIT]


@tracked
class Warehouse(Entity):
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="warehouses")
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)

    ownership: ClassVar[Ownership] = Ownership(branch="branch", warehouse="id")

    def __str__(self) -> str:
        return self.name


@tracked
class Location(models.Model):
    """A place. Stock and transit lie in a warehouse and have balances; the others stand for the world outside."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, null=True, blank=True, related_name="locations")
    kind = models.CharField(max_length=12, choices=LocationKind.choices, default=LocationKind.STOCK)
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    external_key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "code"], name="location_code_once", nulls_distinct=False),
            models.UniqueConstraint(
                fields=["warehouse"], condition=Q(is_default=True), name="location_one_default_per_warehouse"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=INSIDE, warehouse__isnull=False)
                | (~Q(kind__in=INSIDE) & Q(warehouse__isnull=True)),
                name="location_inside_a_warehouse_or_outside",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(warehouse__isnull=True), name="location_one_outside_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.code
