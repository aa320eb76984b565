"""Keys of this app's records, as callers send them."""

from __future__ import annotations

from typing import Annotated

from core.api.types import Id, Ref

ItemId = Annotated[Id, Ref("inventory.Item")]
UnitId = Annotated[Id, Ref("inventory.Unit")]
CategoryId = Annotated[Id, Ref("inventory.ItemCategory")]
WarehouseId = Annotated[Id, Ref("inventory.Warehouse")]
TaxId = Annotated[Id, Ref("core.Tax")]
