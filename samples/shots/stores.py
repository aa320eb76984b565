"""Stock, moves, receiving, picking, counts and purchasing."""

from __future__ import annotations

from typing import Any

from inventory.models import GoodsReceipt, Item, PurchaseOrder, StockMove, Stocktake
from sales.models import SalesOrder
from sales.selectors.picking import orders_to_pick
from samples.shots.screens import Screen, at, of


def an_item(user: Any) -> Item | None:
    return Item.objects.visible_to(user).filter(replenishment="buy", type="goods").order_by("pk").first()


def a_purchase(user: Any) -> PurchaseOrder | None:
    return PurchaseOrder.objects.visible_to(user).order_by("-drafted_at").first()


def a_coming_purchase(user: Any) -> PurchaseOrder | None:
    rows = PurchaseOrder.objects.visible_to(user).filter(status__in=("ordered", "part_received"))
    return rows.order_by("drafted_at").first()


def a_receipt(user: Any) -> GoodsReceipt | None:
    return GoodsReceipt.objects.visible_to(user).order_by("-received_at").first()


def a_move(user: Any) -> StockMove | None:
    return StockMove.objects.visible_to(user).order_by("-pk").first()


def a_count(user: Any) -> Stocktake | None:
    return Stocktake.objects.visible_to(user).order_by("status", "-pk").first()


def an_order(user: Any) -> SalesOrder | None:
    """The one whose picking has begun, else the first."""
    rows = orders_to_pick(user).order_by("pk")
    return rows.filter(lines__picks__isnull=False).first() or rows.first()


def unfold(page: Any) -> None:
    """Open what is behind the row of goods with lots, or behind the first one."""
    lots = page.locator("tr", has_text="VEN-OAK-06").locator("a[data-unfold]")
    (lots if lots.count() else page.locator("a[data-unfold]")).first.click()
    page.locator("tr.unfolded").first.wait_for()


SCREENS = (
    Screen("stock", "purchaser", at("inventory:stock_list"), mock="08-stock-list", act=unfold),
    Screen("stock-storekeeper", "storekeeper", at("inventory:stock_list")),
    Screen("moves", "purchaser", at("inventory:move_list")),
    Screen("move-card", "purchaser", of("inventory:move_card", a_move)),
    Screen("transfer", "storekeeper", at("inventory:transfer_new")),
    Screen("adjust", "storekeeper", at("inventory:adjust_new")),
    Screen("receive", "storekeeper", at("inventory:receipt_new")),
    Screen("receive-order", "storekeeper", of("inventory:receipt_of", a_coming_purchase)),
    Screen("receipts", "purchaser", at("inventory:receipt_list")),
    Screen("receipt-card", "purchaser", of("inventory:receipt_card", a_receipt)),
    Screen("counts", "storekeeper", at("inventory:count_list")),
    Screen("count-card", "storekeeper", of("inventory:count_card", a_count)),
    Screen("count-scan", "storekeeper", of("inventory:count_scan", a_count)),
    Screen("picking", "storekeeper", at("sales:picking")),
    Screen("picking-order", "storekeeper", of("sales:picking_order", an_order), mock="08b-picking"),
    Screen("suggestions", "purchaser", at("inventory:purchase_proposals"), mock="10-purchase-suggestions", act=unfold),
    Screen("drafts", "purchaser", at("inventory:purchase_proposals", "?tab=drafts")),
    Screen("purchases", "purchaser", at("inventory:purchase_list")),
    Screen("purchase-card", "purchaser", of("inventory:purchase_card", a_purchase)),
    Screen("item-card", "purchaser", of("inventory:item_card", an_item)),
)
