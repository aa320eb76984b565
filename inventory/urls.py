from django.urls import URLPattern, path

from core.settingspages.kinds import urls_for as settings_for
from core.ui.addresses import urls_for
from inventory.registers import Counts, Items, Moves, Purchases, Receipts, Stock
from inventory.setuppages import Categories, Places, Units, Warehouses
from inventory.views import (
    counts,
    items,
    moves,
    moving,
    proposals,
    purchases,
    receipts,
    receiving,
    scanning,
    stock,
    terms,
)

app_name = "inventory"
urlpatterns: list[URLPattern] = [
    *settings_for(Units, Categories, Warehouses, Places),
    path("moves/<int:pk>/take-back/", moves.MoveReverse.as_view(), name="move_reverse"),
    path("transfer/", moving.Transfer.as_view(), name="transfer_new"),
    path("adjust/", moving.Adjust.as_view(), name="adjust_new"),
    path("suggestions/", proposals.Proposals.as_view(), name="purchase_proposals"),
    path("suggestions/<int:pk>/", proposals.ProposalReason.as_view(), name="proposal_why"),
    path("purchases/<int:pk>/place/", purchases.PurchasePlace.as_view(), name="purchase_place"),
    path("purchases/<int:pk>/mail/", purchases.PurchaseMail.as_view(), name="purchase_mail"),
    path("purchases/<int:pk>/cancel/", purchases.PurchaseCancel.as_view(), name="purchase_cancel"),
    path("purchases/lines/<int:pk>/due/", purchases.LineDue.as_view(), name="line_due"),
    path("receipts/new/", receiving.ExpectedDeliveries.as_view(), name="receipt_new"),
    path("receipts/new/<int:pk>/", receiving.Receive.as_view(), name="receipt_of"),
    path("receipts/<int:pk>/cost/", receipts.LateCost.as_view(), name="receipt_cost"),
    path("receipts/<int:pk>/take-back/", receipts.TakeBack.as_view(), name="receipt_back"),
    path("items/<int:pk>/terms/", terms.SetTerms.as_view(), name="terms_new"),
    path("counts/new/", counts.CountNew.as_view(), name="count_new"),
    path("counts/<int:pk>/note/", counts.CountNote.as_view(), name="count_note"),
    path("counts/<int:pk>/found/", counts.CountFound.as_view(), name="count_found"),
    path("counts/<int:pk>/scan/", scanning.CountScan.as_view(), name="count_scan"),
    path("counts/<int:pk>/post/", counts.CountPost.as_view(), name="count_post"),
    path("counts/<int:pk>/cancel/", counts.CountCancel.as_view(), name="count_cancel"),
    *urls_for(Items, card=items.ItemCard),
    *urls_for(Stock, list=stock.StockList, card=stock.StockOfItem),
    *urls_for(Moves, list=moves.MoveList, card=moves.MoveCard),
    *urls_for(Purchases, list=purchases.PurchaseList, card=purchases.PurchaseCard),
    *urls_for(Receipts, list=receipts.ReceiptList, card=receipts.ReceiptCard),
    *urls_for(Counts, list=counts.CountList, card=counts.CountCard),
]
