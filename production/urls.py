from django.urls import URLPattern, path

from core.settingspages.kinds import urls_for as settings_for
from core.ui import registers
from core.ui.addresses import urls_for
from production.registers import BOMs, Centers, WorkOrders
from production.setuppages import ScrapReasons
from production.views import (
    badges,
    board,
    boms,
    centers,
    estimates,
    floor,
    gantt,
    pins,
    plan,
    stations,
    stock_work,
    work,
)

app_name = "production"
urlpatterns: list[URLPattern] = [
    *settings_for(ScrapReasons),
    path("workorders/board/", board.WorkOrderBoard.as_view(), name="workorder_board"),
    path("workorders/gantt/", gantt.WorkOrderGantt.as_view(), name="workorder_gantt"),
    path("workorders/new/", stock_work.NewWorkOrder.as_view(), name="workorder_new"),
    path(
        "workorders/new/items/",
        stock_work.MadeItems.as_view(register=registers.by_key("inventory.item")),
        name="made_items",
    ),
    path("workorders/<int:pk>/plan/", stock_work.PlanStockWork.as_view(), work.FACTS, name="workorder_plan"),
    path("workorders/<int:pk>/release/", work.ReleaseWork.as_view(), work.FACTS, name="workorder_release"),
    path("workorders/<int:pk>/cancel/", work.CancelWork.as_view(), work.FACTS, name="workorder_cancel"),
    path("workorders/<int:pk>/close/", work.CloseWork.as_view(), work.FACTS, name="workorder_close"),
    path("workorders/<int:pk>/issue/", work.IssueMaterial.as_view(), work.FACTS, name="workorder_issue"),
    path("workorders/<int:pk>/time/", work.ReportTime.as_view(), work.FACTS, name="workorder_time"),
    path("workorders/<int:pk>/output/", work.ReportOutput.as_view(), work.FACTS, name="workorder_output"),
    *urls_for(WorkOrders, list=work.WorkOrderList, card=work.WorkOrderCard),
    path("plan/", plan.Plan.as_view(), name="plan"),
    path("plan/<int:pk>/", plan.OrderPlan.as_view(), name="plan_order"),
    path("boms/new/", boms.NewBOM.as_view(), name="bom_new"),
    path("boms/<int:pk>/edit/", boms.EditBOM.as_view(), name="bom_edit"),
    path("boms/<int:pk>/activate/", boms.ActivateBOM.as_view(), boms.FACTS, name="bom_activate"),
    path("boms/<int:pk>/retire/", boms.RetireBOM.as_view(), boms.FACTS, name="bom_retire"),
    *urls_for(BOMs, card=boms.BOMCard),
    path("centers/<int:pk>/block/", centers.BlockCenter.as_view(), centers.FACTS, name="center_block"),
    path("centers/blocks/<int:pk>/free/", centers.UnblockCenter.as_view(), name="center_unblock"),
    *urls_for(Centers, card=centers.CenterCard),
    path("estimates/", estimates.EstimateInbox.as_view(), name="estimate_inbox"),
    path("estimates/<int:pk>/", estimates.EstimateAnswer.as_view(), name="estimate_answer"),
    path("floor/", floor.ShopFloor.as_view(), name="shop_floor"),
    path("floor/<int:pk>/", floor.CenterFloor.as_view(), name="floor_center"),
    path("floor/<int:pk>/scan/", floor.ScanJob.as_view(), name="floor_scan"),
    path("floor/<int:pk>/station/", stations.OpenStation.as_view(), name="station_open"),
    path("stations/<int:pk>/close/", stations.CloseStation.as_view(), name="station_close"),
    path("station/", stations.StationFloor.as_view(), name="station"),
    path("station/enter/", stations.EnterStation.as_view(), name="station_enter"),
    path("station/scan/", stations.ScanAtStation.as_view(), name="station_scan"),
    path("station/leave/", stations.LeaveStation.as_view(), name="station_leave"),
    path("pin/", pins.OwnPin.as_view(), name="own_pin"),
    path("operators/", pins.Operators.as_view(), name="operator_list"),
    path("operators/<int:pk>/badge/", badges.BadgePage.as_view(), name="operator_badge"),
    path("operators/<int:pk>/badge/remove/", badges.RemoveBadge.as_view(), name="operator_badge_remove"),
    path("operators/<int:pk>/pin/", pins.OperatorPinPage.as_view(), name="operator_pin"),
    path("operators/<int:pk>/pin/remove/", pins.RemovePin.as_view(), name="operator_pin_remove"),
]
