"""Who may do what in the warehouse and in purchasing, to begin with."""

from django.utils.translation import gettext_lazy as _

from core.choices import Reach
from core.policy import Action, register

_EVERYBODY = [
    "seller", "head_of_sales", "purchaser", "storekeeper", "production_lead", "operator", "accountant", "marketer",
    "director",
]  # fmt: skip
_WAREHOUSE = ["purchaser", "storekeeper", "production_lead"]
_PLANNERS = ["seller", "head_of_sales", "purchaser", "storekeeper", "production_lead"]
_LEDGER_READERS = ["head_of_sales", "purchaser", "storekeeper", "production_lead", "accountant", "director"]
_BUYERS = ["purchaser"]


def _all(roles: list[str]) -> dict[str, Reach]:
    return dict.fromkeys(roles, Reach.ALL)


register(
    [
        Action("inventory.view_item", _("See items"), _all(_EVERYBODY)),
        Action("inventory.view_lot", _("See lots"), _all(_EVERYBODY)),
        Action("inventory.view_warehouse", _("See warehouses"), _all(_EVERYBODY)),
        Action("inventory.view_stockbalance", _("See stock"), _all(_EVERYBODY)),
        Action("inventory.view_stockmove", _("See stock moves"), _all([*_LEDGER_READERS, "operator"])),
        Action("inventory.view_purchaseorder", _("See purchase orders"), _all(_LEDGER_READERS)),
        Action("inventory.view_goodsreceipt", _("See goods receipts"), _all(_LEDGER_READERS)),
        Action(
            "inventory.view_costs",
            _("See costs and values of goods"),
            _all(["head_of_sales", "purchaser", "production_lead", "accountant", "director"]),
        ),
        Action("inventory.manage_items", _("Edit items and supplier terms"), _all(["purchaser", "production_lead"])),
        Action("inventory.bin_item", _("Put items into the bin"), _all(["purchaser", "production_lead"])),
        Action("inventory.manage_warehouses", _("Set up warehouses and places"), _all([])),
        Action("inventory.manage_lots", _("Release and block lots"), _all(["storekeeper", "production_lead"])),
        Action("inventory.move_goods", _("Move goods"), _all([*_WAREHOUSE, "operator"])),
        Action("inventory.adjust_stock", _("Write goods off and put found goods in"), _all(["storekeeper"])),
        Action("inventory.view_stocktake", _("See stock counts"), _all(_LEDGER_READERS)),
        Action("inventory.count_stock", _("Count stock"), _all(["storekeeper", "production_lead"])),
        Action("inventory.post_stocktake", _("Post stock counts"), _all(["storekeeper"])),
        Action("inventory.post_before_count", _("Post moves dated before a stock count"), _all(["accountant"])),
        Action("inventory.reverse_move", _("Reverse stock moves"), _all(["storekeeper", "accountant"])),
        Action("inventory.enter_opening_stock", _("Enter opening stock"), _all(["accountant"])),
        Action("inventory.reserve_goods", _("Reserve goods"), _all(_PLANNERS)),
        Action("inventory.propose_purchases", _("Propose purchases"), _all(["purchaser", "production_lead"])),
        Action("inventory.place_purchase_order", _("Order from suppliers"), _all(_BUYERS)),
        Action("inventory.cancel_purchase_order", _("Cancel purchase orders"), _all(_BUYERS)),
        Action("inventory.post_goods_receipt", _("Receive goods"), _all(["purchaser", "storekeeper"])),
        Action("inventory.add_late_cost", _("Add late costs to goods"), _all(["purchaser", "accountant"])),
    ]
)
