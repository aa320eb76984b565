"""Work orders, plan, recipes, work centres, estimates, and the shop floor."""

from __future__ import annotations

from typing import Any

from core.models import User
from production.models import BOM, Operation, WorkCenter, WorkOrder
from production.selectors.plan import open_orders
from sales.models import EstimateRequest, SalesOrder
from samples.shots.screens import Screen, at, of


def running(_user: Any) -> WorkOrder | None:
    rows = WorkOrder.objects.filter(operations__running_since__isnull=False)
    return rows.order_by("pk").first() or WorkOrder.objects.order_by("-pk").first()


def a_recipe(_user: Any) -> BOM | None:
    return BOM.objects.filter(status="active").order_by("-pk").first()


def a_draft(_user: Any) -> BOM | None:
    return BOM.objects.filter(status="draft").order_by("pk").first()


def a_center(_user: Any) -> WorkCenter | None:
    busy = Operation.objects.filter(running_since__isnull=False).values("center")
    return WorkCenter.objects.filter(pk__in=busy).first() or WorkCenter.objects.order_by("pk").first()


def an_operator(_user: Any) -> User | None:
    return User.objects.filter(role_assignments__role__code="operator", is_active=True).order_by("pk").first()


def an_order(user: Any) -> SalesOrder | None:
    return open_orders(user).first()


def a_question(_user: Any) -> EstimateRequest | None:
    return EstimateRequest.objects.filter(status="asked").order_by("due_on").first()


LEAD = "production_lead"
SCREENS = (
    Screen("work-board", LEAD, at("production:workorder_board"), mock="09-work-orders"),
    Screen("work-gantt", LEAD, at("production:workorder_gantt"), mock="09-work-orders"),
    Screen("work-orders", LEAD, at("production:workorder_list")),
    Screen("work-order-new", LEAD, at("production:workorder_new")),
    Screen("work-order", LEAD, of("production:workorder_card", running)),
    Screen("work-order-seller", "seller", of("production:workorder_card", running)),
    Screen("plan", LEAD, at("production:plan")),
    Screen("order-plan", LEAD, of("production:plan_order", an_order)),
    Screen("recipes", LEAD, at("production:bom_list")),
    Screen("recipe", LEAD, of("production:bom_card", a_recipe)),
    Screen("recipe-editor", LEAD, of("production:bom_edit", a_draft)),
    Screen("work-centers", LEAD, at("production:center_list")),
    Screen("work-center", LEAD, of("production:center_card", a_center)),
    Screen("estimates", LEAD, at("production:estimate_inbox")),
    Screen("estimate", LEAD, of("production:estimate_answer", a_question)),
    Screen("shop-floor", "operator", of("production:floor_center", a_center), mock="09b-shop-floor"),
    Screen("floor-places", LEAD, at("production:shop_floor", "?choose")),
    Screen("operators", LEAD, at("production:operator_list")),
    Screen("operator-badge", LEAD, of("production:operator_badge", an_operator)),
)
