from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actors import SYSTEM
from core.money import ZERO
from finance.models import Invoice
from finance.selectors import bridge
from finance.selectors.results import BridgePart, margin_bridge, order_result, order_results, results_visible_to
from finance.services.invoices import CreditDraft, credit_invoice, invoice_order
from inventory.choices import LocationKind, MoveKind, ServiceRole
from inventory.services.moves import Draw, draw_goods
from sales.choices import EstimateKind, OrderCostKind
from sales.ports import ActualCost
from sales.services.estimates import CostPart, answer_estimate, request_estimate
from sales.services.fulfilment import add_cost
from sales.services.quotes import accept_quote, send_quote
from tests.factories.core import make_tax, make_team, make_user
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.sales import make_deal, make_order, make_quote, make_service, make_sold_item, price

pytestmark = pytest.mark.django_db

D = Decimal
MADE = datetime(2026, 3, 20, 10, 45, tzinfo=UTC)
END = datetime.combine(date(2026, 3, 25), time.max, tzinfo=UTC)


def cost(order, kind, amount, *, at=MADE, **fields):
    source = f"test:{order.pk}:{kind}:{amount}:{at}"
    return add_cost(
        order_id=order.pk, kind=kind, amount=D(amount), label=kind, at=at, by=SYSTEM, source_key=source, **fields
    )


@pytest.fixture
def main_job():
    """The order of the main job with its estimate and what it cost, up to 25 March."""
    product = make_sold_item("549.90")
    crew, van = (
        make_service("INST", role=ServiceRole.INSTALLATION, tax=make_tax(10)),
        make_service("DLV", role=ServiceRole.TRANSPORT, tax=make_tax(20)),
    )
    price(crew, "389.50")
    price(van, "64.37")
    seal, warehouse = make_item("SEAL"), make_warehouse()
    stock_up(seal, warehouse, 10, "63.50")
    deal = make_deal(branch=warehouse.branch)
    request = request_estimate(deal_id=deal.pk, lines=[(product.pk, D(3))], at=MADE, by=SYSTEM)
    parts = [
        (product, EstimateKind.MATERIAL, "338.23", "ALU-P", "29.64", "11.85"),
        (product, EstimateKind.MATERIAL, "285.60", "GLS-8", "7.2", "41.25"),
        (product, EstimateKind.MATERIAL, "160.80", "HWK", "3", "52.80"),
        (product, EstimateKind.WORK, "54.00", "CUT", "90", "0.60"),
        (product, EstimateKind.WORK, "75.00", "ASM", "150", "0.50"),
        (crew, EstimateKind.INSTALLATION, "220.00", "INST", "0", "0"),
        (van, EstimateKind.TRANSPORT, "48.00", "DLV", "0", "0"),
    ]
    answer_estimate(
        request_id=request.pk, lead_days=9, remark="", at=MADE, by=SYSTEM,
        costs=[
            CostPart(for_item_id=item.pk, kind=kind, amount=D(amount), code=code, qty=D(qty), last_price=D(last))
            for item, kind, amount, code, qty, last in parts
        ],
    )  # fmt: skip
    quote = make_quote(deal, [(product, 3, "7.5"), (crew, 1), (van, 1)], estimate_id=request.pk, at=MADE)
    send_quote(quote_id=quote.pk, at=MADE, by=SYSTEM)
    order = accept_quote(quote_id=quote.pk, at=MADE, by=SYSTEM, warehouse_id=warehouse.pk)
    cost(order, OrderCostKind.GOODS, "940.30")
    cost(order, OrderCostKind.TRANSPORT, "52.00")
    cost(order, OrderCostKind.INSTALLATION, "220.00")
    (moves,) = draw_goods(
        draws=[Draw(item_id=seal.pk, warehouse_id=warehouse.pk, qty=D(2), source_key="test:seal")],
        kind=MoveKind.SITE_ISSUE, to_kind=LocationKind.CUSTOMER, at=MADE, by=SYSTEM, branch_id=warehouse.branch_id,
    )  # fmt: skip
    cost(order, OrderCostKind.SITE_PARTS, moves[0].value, move_id=moves[0].pk)
    return order


@pytest.fixture
def made(monkeypatch):
    """What production tells about the goods of the order."""
    parts = [
        ActualCost(EstimateKind.MATERIAL, "ALU-P", None, D("30.00"), D("342.50"), D("11.85")),
        ActualCost(EstimateKind.MATERIAL, "GLS-8", None, D("7.2"), D("300.00"), D("45.75")),
        ActualCost(EstimateKind.MATERIAL, "HWK", None, D("3"), D("160.80"), D("52.80")),
        ActualCost(EstimateKind.WORK, "CUT", None, D("95"), D("57.00"), D("0.60")),
        ActualCost(EstimateKind.WORK, "ASM", None, D("160"), D("80.00"), D("0.50")),
    ]
    monkeypatch.setattr(bridge.ports, "actual_costs", lambda order_id, at=None: [parts])
    return parts


def test_step_16_the_result_of_the_order(main_job):
    result = order_result(main_job.pk, at=END)
    assert (result.revenue, result.cost, result.margin, result.margin_pct) == (
        D("1979.84"), D("1225.00"), D("754.84"), D("38.13"),
    )  # fmt: skip


def test_step_17_the_bridge_from_estimate_to_cost(main_job, made):
    parts = margin_bridge(main_job.pk, at=END)
    assert [(part.kind, part.code, part.effect, part.amount) for part in parts] == [
        ("material", "ALU-P", "usage", D("4.27")),
        ("material", "GLS-8", "price", D("14.40")),
        ("material", "SEAL", "cost", D("12.70")),
        ("work", "ASM", "usage", D("5.00")),
        ("work", "CUT", "usage", D("3.00")),
        ("transport", "DLV", "cost", D("4.00")),
    ]
    assert sum(part.amount for part in parts) == D("43.37") == D("1225.00") - D("1181.63")


def test_steps_22_and_23_late_cost_and_credit_note(main_job, made):
    cost(main_job, OrderCostKind.LATE_COST, "1.60", at=datetime(2026, 4, 2, 9, tzinfo=UTC))
    april = datetime(2026, 4, 2, 23, tzinfo=UTC)
    late = order_result(main_job.pk, at=april)
    assert (late.cost, late.margin, late.margin_pct) == (D("1226.60"), D("753.24"), D("38.05"))
    assert order_result(main_job.pk, at=END).cost == D("1225.00")
    assert BridgePart(EstimateKind.MATERIAL, "", "cost", D("1.60")) in margin_bridge(main_job.pk, at=april)
    invoice = invoice_order(order_id=main_job.pk, issued_on=date(2026, 3, 26), at=MADE, by=SYSTEM, prepaid=True)
    assert invoice.gross_amount == D("2336.86")
    line = main_job.lines.order_by("position")[0]
    note = credit_invoice(
        invoice_id=invoice.pk, lines=[CreditDraft(order_line_id=line.pk, net=D("50.00"))], reason="Scratch",
        issued_on=date(2026, 4, 8), at=MADE, by=SYSTEM,
    )  # fmt: skip
    assert note.gross_amount == D("60.00")
    final = order_result(main_job.pk)
    assert (final.revenue, final.margin, final.margin_pct) == (D("1929.84"), D("703.24"), D("36.44"))
    assert order_result(main_job.pk, at=datetime(2026, 4, 7, 23, tzinfo=UTC)).revenue == D("1979.84")


def test_goods_without_a_known_making_are_one_part(main_job):
    parts = margin_bridge(main_job.pk, at=END)
    assert BridgePart(EstimateKind.MATERIAL, "", "cost", D("940.30")) in parts
    assert sum(part.amount for part in parts) == D("43.37")


def test_without_an_estimate_everything_is_a_difference():
    order = make_order([(make_sold_item("10.00"), 1)])
    cost(order, OrderCostKind.TRANSPORT, "4.00")
    assert margin_bridge(order.pk) == [BridgePart(EstimateKind.TRANSPORT, "", "cost", D("4.00"))]


def test_an_order_without_anything_has_no_margin_to_divide():
    order = make_order([(make_sold_item("0.00"), 1)])
    result = order_result(order.pk)
    assert (result.revenue, result.margin_pct) == (ZERO, ZERO)


def test_margins_are_for_those_who_may_see_costs():
    seller, head = make_user("seller"), make_user("head_of_sales")
    make_team(seller, head)
    mine = make_order([(make_sold_item("10.00"), 1)], owner=seller)
    other = make_order([(make_sold_item("10.00"), 1)])
    asked = [mine.pk, other.pk]
    for user, seen in ((seller, set()), (head, {mine.pk}), (make_user("director"), set(asked)), (make_user(), set())):
        assert set(results_visible_to(user, asked)) == seen


def test_many_results_take_as_many_statements_as_one():
    orders = [make_order([(make_sold_item("10.00"), 1)]) for _ in range(6)]
    counts = []
    for some in (orders[:1], orders):
        with CaptureQueriesContext(connection) as captured:
            found = order_results([order.pk for order in some])
        assert set(found) == {order.pk for order in some}
        counts.append(len(captured))
    assert counts == [3, 3]
    assert not Invoice.objects.exists()


AMOUNT = st.integers(0, 50_000).map(lambda value: D(value) / 100)
PART = st.tuples(st.sampled_from("AB"), st.integers(0, 90), AMOUNT, st.integers(0, 900))


class TestAnyCosts(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(planned=st.lists(PART, max_size=4), real=st.lists(PART, max_size=4), goods=AMOUNT)
    def test_the_parts_add_up_to_the_difference_exactly(self, planned, real, goods):
        order = make_order([(make_sold_item("10.00"), 1)])
        estimated = {}
        for code, qty, amount, last in planned:
            key = (EstimateKind.MATERIAL, code)
            estimated[key] = estimated.get(key, bridge._Cost()).plus(
                code=code, qty=D(qty), amount=amount, last_price=D(last) / 100
            )
        told = [ActualCost(EstimateKind.MATERIAL, code, None, D(qty), amount) for code, qty, amount, _last in real]
        if goods:
            cost(order, OrderCostKind.GOODS, goods)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bridge.ports, "actual_costs", lambda order_id, at=None: [told])
            patch.setattr(bridge, "_estimated", lambda order_id: estimated)
            parts = margin_bridge(order.pk)
        assert all(part.amount for part in parts)
        assert sum((part.amount for part in parts), ZERO) == goods - sum((row[2] for row in planned), ZERO)
