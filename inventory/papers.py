"""The papers of inventory: purchase order, and labels for items, lots and places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.documents import labels
from core.documents.facts import Label
from core.documents.labels import LabelKind
from core.documents.papers import Paper, add
from inventory.choices import PurchaseStatus
from inventory.models import Item, Location, Lot, PurchaseOrder, Warehouse
from inventory.selectors.papers import item_labels, lot_labels, place_labels, purchase_sheets


@add
class PurchaseOrderPaper(Paper):
    kind, model, view_action = "inventory.purchase_order", PurchaseOrder, "inventory.view_purchaseorder"
    label = _("Purchase order")
    icon = "shopping-cart"
    template = "documents/purchase_order.html"

    def refusal(self, record: PurchaseOrder) -> str | Promise:
        return _("the purchase order is cancelled.") if record.status == PurchaseStatus.CANCELLED else ""

    def is_draft(self, record: PurchaseOrder) -> bool:
        return record.status == PurchaseStatus.DRAFT

    def language(self, record: PurchaseOrder) -> str:
        return record.supplier.client.language

    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        return purchase_sheets(ids)


@labels.add
class ItemLabels(LabelKind):
    kind, model = "inventory.item", Item
    label, label_plural = _("Item label"), _("Item labels")
    view_action = "inventory.view_item"

    def visible_to(self, user: Actor) -> QuerySet[Item]:
        return Item.objects.visible_to(user)

    def read(self, ids: Sequence[int]) -> list[Label]:
        return item_labels(ids)


@labels.add
class LotLabels(LabelKind):
    kind, model = "inventory.lot", Lot
    label, label_plural = _("Lot label"), _("Lot labels")
    view_action = "inventory.view_lot"

    def visible_to(self, user: Actor) -> QuerySet[Lot]:
        return Lot.objects.filter(item__in=Item.objects.visible_to(user))

    def read(self, ids: Sequence[int]) -> list[Label]:
        return lot_labels(ids)


@labels.add
class PlaceLabels(LabelKind):
    kind, model = "inventory.place", Location
    label, label_plural = _("Place label"), _("Place labels")
    view_action = "inventory.view_warehouse"

    def visible_to(self, user: Actor) -> QuerySet[Location]:
        return Location.objects.filter(warehouse__in=Warehouse.objects.visible_to(user))

    def read(self, ids: Sequence[int]) -> list[Label]:
        return place_labels(ids)
