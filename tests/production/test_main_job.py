"""The steps of MAIN_JOB.md that production carries, through the services, to the cent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core import ledgers
from core.actors import SYSTEM
from inventory.choices import Valuation
from inventory.models import Demand, Peg, PurchaseOrder, PurchaseOrderLine, StockMove
from inventory.selectors.stock import stock_value_as_of
from inventory.services.purchasing import place_purchase_order
from inventory.services.receipts import Landed, ReceivedLine, add_late_cost, post_goods_receipt
from production.models import Operation, WipEntry, WorkOrder
from production.selectors.costs import actual_costs
from production.selectors.promise import promise_for_lines, promise_for_order
from production.selectors.wip import wip_as_of
from production.services.estimates import answer_request
from production.services.planning import plan_order
from production.services.work import close_work_order, issue_materials, report_output, report_time
from sales.choices import EstimateKind, OrderCostKind
from sales.models import OrderCost
from sales.services.estimates import request_estimate
from sales.services.shipments import ship_order
from tests.factories.production import CONFIRMED, Plant, make_planned_order, make_plant
from tests.factories.sales import make_deal, make_service

pytestmark = pytest.mark.django_db

D = Decimal


def moment(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def evening(day: int) -> datetime:
    return datetime(2026, 3, day, 23, 59, 59, tzinfo=UTC)


def received(plant: Plant, day: int, hour: int, sku: str, qty: str, freight: str = "") -> None:
    line = PurchaseOrderLine.objects.get(item=plant.item(sku))
    place_purchase_order(order_id=line.order_id, at=CONFIRMED, by=SYSTEM)
    post_goods_receipt(
        order_id=line.order_id,
        lines=[ReceivedLine(order_line_id=line.pk, qty=D(qty))],
        landed=[Landed(label="Freight", amount=D(freight))] if freight else [],
        at=moment(day, hour),
        by=SYSTEM,
    )


def made(plant: Plant) -> WorkOrder:
    """Steps 8 to 12: planned, received, issued, worked on and put out."""
    order = make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    received(plant, 17, 10, "HWK", "5")
    received(plant, 18, 15, "GLS-8", "4", "18.00")
    received(plant, 19, 9, "ALU-P", "6")
    work = WorkOrder.objects.get(order_line__order=order)
    issue_materials(
        work_order_id=work.pk,
        qtys={plant.item("ALU-P").pk: D("30.00"), plant.item("GLS-8").pk: D("7.2"), plant.item("HWK").pk: D(3)},
        at=moment(19, 16, 10),
        by=SYSTEM,
        key="issue",
    )
    report(work, "CUT", 95, moment(19, 16, 10))
    report(work, "ASM", 160, moment(20, 10, 45))
    return report_output(work_order_id=work.pk, qty=D(3), at=moment(20, 10, 45), by=SYSTEM, key="out")


def report(work: WorkOrder, center: str, minutes: int, at: datetime) -> None:
    operation = Operation.objects.get(work_order=work, center__code=center)
    report_time(operation_id=operation.pk, minutes=D(minutes), at=at, by=SYSTEM, key="time")


def test_step_4_the_estimate_takes_layers_first_and_the_suppliers_price_for_the_rest():
    plant = make_plant()
    deal = make_deal(branch=plant.branch)
    request = request_estimate(deal_id=deal.pk, lines=[(plant.product.pk, D(3))], at=moment(3, 10), by=SYSTEM)
    installation, transport = make_service("INST"), make_service("DLV")
    answer_request(
        request_id=request.pk,
        at=moment(4, 15),
        by=SYSTEM,
        extra=[
            (installation.pk, EstimateKind.INSTALLATION, D("220.00")),
            (transport.pk, EstimateKind.TRANSPORT, D("48.00")),
        ],
    )
    request.refresh_from_db()
    costs = {row.code: row for row in request.costs.all() if row.code}
    assert {code: row.amount for code, row in costs.items()} == {
        "ALU-P": D("338.23"),
        "GLS-8": D("285.60"),
        "HWK": D("160.80"),
        "CUT": D("54.00"),
        "ASM": D("75.00"),
    }
    assert (costs["ALU-P"].qty, costs["GLS-8"].last_price) == (D("29.64"), D("41.25"))
    assert (costs["CUT"].qty, costs["CUT"].last_price) == (D("90"), D("0.6"))
    assert request.cost == D("1181.63")
    # Glass ordered on the 4th comes on the 11th; cut and joined on the 12th it ships on the 13th, arrives on the 16th.
    assert request.lead_days == 8


def test_step_8_one_work_order_three_purchases_and_the_pegs():
    plant = make_plant()
    order = make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    work = WorkOrder.objects.get()
    assert (work.qty, work.operations.count(), work.order_line.order_id) == (D(3), 2, order.pk)
    bought = {line.item.sku: line.qty for line in PurchaseOrderLine.objects.select_related("item")}
    assert bought == {"GLS-8": D(4), "HWK": D(5), "ALU-P": D(6)}
    assert PurchaseOrder.objects.count() == 3
    pegs = sorted(
        (peg.demand.item.sku, peg.supply.kind if peg.supply else "stock", peg.qty)
        for peg in Peg.objects.select_related("demand__item", "supply")
    )
    assert pegs == [
        ("ALU-P", "stock", D("29.64")),
        ("GLS-8", "purchase", D("3.2")),
        ("GLS-8", "stock", D(4)),
        ("GP-200", "make", D(3)),
        ("HWK", "purchase", D(1)),
        ("HWK", "stock", D(2)),
    ]


def test_step_8_planning_again_changes_nothing():
    plant = make_plant()
    order = make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    before = state()
    again = plan_order(order_id=order.pk, at=CONFIRMED, by=SYSTEM)
    assert [work.pk for work in again] == [WorkOrder.objects.get().pk]
    assert state() == before


def state() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (WorkOrder, Operation, PurchaseOrder, PurchaseOrderLine, Peg, Demand)
    ]


def test_step_9_the_promise_and_what_if():
    plant = make_plant()
    asked = promise_for_lines([(plant.product.pk, D(3))], plant.warehouse.pk, CONFIRMED)
    order = make_planned_order([(plant.product, 3)], warehouse=plant.warehouse)
    promise = promise_for_order(order.pk, CONFIRMED)
    assert promise.start_at == moment(19, 8)
    assert [(row.center, row.starts_at, row.ends_at) for row in promise.operations] == [
        ("CUT", moment(19, 14, 30), moment(19, 16)),
        ("ASM", moment(20, 8), moment(20, 10, 30)),
    ]
    assert (promise.ship_on, promise.deliver_on) == (date(2026, 3, 23), date(2026, 3, 24))
    assert str(promise.bottleneck) == "GLS-8"
    assert [reason.code for reason in promise.reasons] == ["HWK", "GLS-8", "CUT", "ASM"]
    assert (asked.deliver_on, asked.start_at, str(asked.bottleneck)) == (promise.deliver_on, promise.start_at, "GLS-8")
    assert order.promised_on == order.first_promised_on == date(2026, 3, 24)

    what_if = promise_for_order(order.pk, CONFIRMED, lead_days={plant.item("GLS-8").pk: 2})
    assert what_if.start_at == moment(17, 8)
    assert [(row.center, row.starts_at, row.ends_at) for row in what_if.operations] == [
        ("CUT", moment(17, 8), moment(17, 9, 30)),
        ("ASM", moment(17, 9, 30), moment(17, 12)),
    ]
    assert (what_if.deliver_on, str(what_if.bottleneck)) == (date(2026, 3, 19), "HWK")
    order.refresh_from_db()
    assert order.promised_on == date(2026, 3, 24)


def test_steps_10_to_12_first_in_first_out():
    plant = make_plant()
    work = made(plant)
    issued = {entry.material.item.sku: entry.amount for entry in WipEntry.objects.filter(kind="material")}
    assert issued == {"ALU-P": D("342.50"), "GLS-8": D("300.00"), "HWK": D("160.80")}
    assert (stock_value_as_of(evening(19)), wip_as_of(evening(19))) == (D("443.15"), D("860.30"))
    times = dict(WipEntry.objects.filter(kind="time").values_list("operation__center__code", "amount"))
    assert times == {"CUT": D("57.00"), "ASM": D("80.00")}
    output = StockMove.objects.get(kind="output")
    assert (output.qty, output.value) == (D(3), D("940.30"))
    assert (wip_as_of(evening(20)), stock_value_as_of(evening(20))) == (D("0.00"), D("1383.45"))
    assert (work.status, work.made_qty, work.order_line.order.promised_on) == ("done", D(3), date(2026, 3, 24))
    assert ledgers.run_all() == []


def test_step_11_moving_average():
    plant = make_plant(valuation=Valuation.AVERAGE)
    made(plant)
    issued = {entry.material.item.sku: entry.amount for entry in WipEntry.objects.filter(kind="material")}
    assert issued == {"ALU-P": D("347.09"), "GLS-8": D("302.94"), "HWK": D("159.43")}
    assert sum(issued.values()) == D("809.46")
    assert StockMove.objects.get(kind="output").value == D("946.46")
    assert wip_as_of(evening(20)) == D("0.00")
    assert ledgers.run_all() == []


@pytest.mark.parametrize("valuation", [Valuation.FIFO, Valuation.AVERAGE])
@pytest.mark.parametrize("closed", [False, True])
def test_step_22_late_freight_passes_through_the_work_order_to_the_order(valuation: str, closed: bool):
    plant = make_plant(valuation=valuation)
    work = made(plant)
    if closed:
        close_work_order(work_order_id=work.pk, at=moment(20, 12), by=SYSTEM)
    order, line = work.order_line.order, work.order_line
    ship_order(order_id=order.pk, lines={line.pk: D(2)}, at=moment(23, 10), by=SYSTEM, key="s1")
    ship_order(order_id=order.pk, lines={line.pk: D(1)}, at=moment(24, 10), by=SYSTEM, key="s2")
    before = {row.code: row.amount for row in actual_costs(order.pk)}
    receipt = PurchaseOrderLine.objects.get(item=plant.item("GLS-8")).order.receipts.get()
    for _twice in range(2):
        add_late_cost(
            receipt_id=receipt.pk,
            label="Freight",
            amount=D("2.00"),
            at=moment(2, 9, month=4),
            by=SYSTEM,
            source_key="l",
        )
    late = sum(
        OrderCost.objects.filter(order=order, kind=OrderCostKind.LATE_COST).values_list("amount", flat=True), D(0)
    )
    entries = dict(WipEntry.objects.exclude(adjustment=None).values_list("kind", "amount"))
    used = entries["late_cost"]
    assert late == used
    assert wip_as_of(moment(3, 0, month=4)) == D("0.00")
    after = {row.code: row.amount for row in actual_costs(order.pk)}
    goods = OrderCost.objects.filter(order=order, kind__in=["goods", "late_cost"]).values_list("amount", flat=True)
    assert sum(after.values()) == sum(goods)
    assert {code: after[code] - before[code] for code in after if after[code] != before[code]} == {"GLS-8": used}
    if valuation == Valuation.FIFO:
        assert used == D("1.60")
        assert before == {
            "ALU-P": D("342.50"), "GLS-8": D("300.00"), "HWK": D("160.80"), "CUT": D("57.00"), "ASM": D("80.00"),
        }  # fmt: skip
        assert stock_value_as_of(moment(2, 10, month=4)) == D("443.55")
    assert ledgers.run_all() == []
