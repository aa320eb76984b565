"""The confirms of making and installing: work orders, estimates, visits, tickets."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from production.models import WorkOrder
from production.services import estimates, work
from sales.services.estimates import request_estimate
from support.services import tickets, visits
from tests.e2e.twice import Act, Scene
from tests.factories.core import make_branch
from tests.factories.inventory import stock_up
from tests.factories.production import make_plant, make_work_order
from tests.factories.sales import make_deal
from tests.factories.support import make_ticket, make_visit

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)


def _work(*, released: bool = True) -> WorkOrder:
    plant = make_plant()
    for sku, qty in (("GLS-8", 20), ("HWK", 20), ("ALU-P", 60)):
        stock_up(plant.item(sku), plant.warehouse, qty, 100)
    order = make_work_order(3, plant=plant)
    if released:
        work.release_work_order(work_order_id=order.pk, at=AT, by=SYSTEM)
    return order


def _cancelled(order: WorkOrder) -> Any:
    return work.cancel_work_order(work_order_id=order.pk, at=AT, by=SYSTEM, reason="Not needed")


def make_for_stock(_user: Any) -> Scene:
    plant = make_plant()
    typed = {"item": plant.product.pk, "qty": "2", "warehouse": plant.warehouse.pk}
    return Scene(reverse("production:workorder_new"), typed)


def release(_user: Any) -> Scene:
    order = _work(released=False)
    return Scene(reverse("production:workorder_card", args=[order.pk]), {}, lambda: _cancelled(order))


def cancel(_user: Any) -> Scene:
    order = _work(released=False)
    return Scene(
        reverse("production:workorder_cancel", args=[order.pk]), {"reason": "Not needed"},
        lambda: work.release_work_order(work_order_id=order.pk, at=AT, by=SYSTEM),
    )  # fmt: skip


def issue(_user: Any) -> Scene:
    order = _work()
    return Scene(
        reverse("production:workorder_issue", args=[order.pk]), {},
        lambda: work.issue_materials(work_order_id=order.pk, at=AT, by=SYSTEM, key="somebody-else"),
    )  # fmt: skip


def _some_time(order: WorkOrder) -> Any:
    operation = order.operations.order_by("sequence")[0]
    return work.report_time(operation_id=operation.pk, minutes=Decimal(30), at=AT, by=SYSTEM, key="somebody-else")


def report_time(_user: Any) -> Scene:
    order = _work()
    return Scene(reverse("production:workorder_time", args=[order.pk]), {"minutes": "30"}, lambda: _some_time(order))


def _output(order: WorkOrder, qty: int) -> Any:
    return work.report_output(work_order_id=order.pk, qty=Decimal(qty), at=AT, by=SYSTEM, key="somebody-else")


def report_output(_user: Any) -> Scene:
    order = _work()
    return Scene(reverse("production:workorder_output", args=[order.pk]), {"qty": "3"}, lambda: _output(order, 1))


def close(_user: Any) -> Scene:
    order = _work()
    _some_time(order)
    _output(order, 2)
    return Scene(
        reverse("production:workorder_close", args=[order.pk]), {},
        lambda: work.issue_materials(work_order_id=order.pk, at=AT, by=SYSTEM, key="somebody-else"),
    )  # fmt: skip


def _failed(visit: Any) -> Any:
    return visits.fail_visit(visit_id=visit.pk, reason="Nobody there", at=AT, by=SYSTEM)


def report_visit(_user: Any) -> Scene:
    visit = make_visit()
    return Scene(
        reverse("support:visit_finish", args=[visit.pk]),
        {"signed_by": "Nora Field", "signed_on_paper": "on", "remark": "All in place."},
        lambda: _failed(visit),
    )  # fmt: skip


def fail_visit(_user: Any) -> Scene:
    visit = make_visit()
    return Scene(
        reverse("support:visit_fail", args=[visit.pk]), {"reason": "The lift is broken."}, lambda: _failed(visit)
    )


def decide_ticket(_user: Any) -> Scene:
    make_branch()
    ticket = make_ticket()
    return Scene(
        reverse("support:ticket_resolve", args=[ticket.pk]), {"decision": "reject", "cause": "Wear"},
        lambda: tickets.resolve_ticket(
            ticket_id=ticket.pk, decision="reject", cause="Wear", at=timezone.now(), by=SYSTEM
        ),
    )  # fmt: skip


def answer_estimate(_user: Any) -> Scene:
    plant = make_plant()
    deal = make_deal(branch=plant.branch)
    question = request_estimate(deal_id=deal.pk, lines=[(plant.product.pk, Decimal(1))], at=AT, by=SYSTEM)
    return Scene(
        reverse("production:estimate_answer", args=[question.pk]), {"remark": "With pleasure"},
        lambda: estimates.refuse_request(request_id=question.pk, remark="No capacity", at=AT, by=SYSTEM),
    )  # fmt: skip


ACTS = [
    Act(
        "work order: release",
        "production_lead",
        release,
        form="/release/",
        again="same",
        changes="ancelled",
        leads=True,
    ),
    Act("work order: make for stock", "production_lead", make_for_stock, again="another"),
    Act("work order: cancel", "production_lead", cancel),
    Act("work order: issue material", "production_lead", issue),
    Act("work order: report time", "production_lead", report_time),
    Act("work order: report output", "production_lead", report_output),
    Act("work order: close", "production_lead", close),
    Act("visit: report", "production_lead", report_visit),
    Act("visit: could not install", "production_lead", fail_visit),
    Act("ticket: decide", "administrator", decide_ticket),
    Act("estimate: answer", "production_lead", answer_estimate, told="nswered", changes="efused"),
]
