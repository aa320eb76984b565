"""Each indicator's value is the sum of its records, and only those see it who may."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.errors import NotAllowed
from finance.services.allocations import allocate
from finance.services.invoices import invoice_order
from finance.services.payments import record_payment
from reports import indicators
from reports.errors import UnknownIndicator
from reports.indicators import Params, indicator, sum_of_records
from sales.choices import OrderCostKind
from sales.services.fulfilment import add_cost
from sales.services.shipments import ship_order
from tests.factories.core import make_user
from tests.factories.finance import make_account
from tests.reports.conftest import FIRST, LAST, Month, make_month, on

MONTH = {
    "leads": "5",
    "leads_converted": "3",
    "lead_conversion": "60.00",
    "win_rate_count": "50.00",
    "win_rate_value": "42.86",
    "open_weighted": "500.00",
    "orders": "1",
    "revenue": "300.00",
    "campaign_leads": "2",
    "campaign_cost": "300.00",
    "receivables": "0",
    "stock_value": "400.00",
}


@pytest.fixture(scope="module")
def month_of_module(kept) -> Month:
    return make_month()


@pytest.fixture
def month(month_of_module, db) -> Month:
    return deepcopy(month_of_module)


@pytest.fixture
def params(month):
    return Params(FIRST, LAST, campaign_id=month.campaign.pk)


@pytest.mark.parametrize(("code", "expected"), MONTH.items())
def test_says_what_the_month_brought(params, code, expected):
    assert indicator(code).value(params) == Decimal(expected)


@pytest.mark.parametrize("code", sorted(indicators.indicators()))
def test_is_the_sum_of_its_records(month, params, code):
    ship_order(order_id=month.order.pk, at=on(23), by=SYSTEM)
    add_cost(
        order_id=month.order.pk, kind=OrderCostKind.TRANSPORT, amount=Decimal("20.00"), label="Carrier", at=on(24),
        by=SYSTEM, source_key="carrier",
    )  # fmt: skip
    for stage in ("estimate", "won") if code == "deals_reached" else ("",):
        asked = Params(FIRST, LAST, campaign_id=month.campaign.pk, stage=stage)
        assert indicator(code).value(asked) == sum_of_records(indicator(code), asked)


@pytest.mark.parametrize(
    ("stage", "reached"), [("qualified", 3), ("estimate", 3), ("proposal", 2), ("negotiation", 1), ("won", 1), ("x", 0)]
)
def test_counts_deals_that_came_at_least_to_a_stage(month, stage, reached):
    assert indicator("deals_reached").value(Params(FIRST, LAST, stage=stage)) == reached


def test_shipping_moves_the_margin_and_the_stock(month, params):
    ship_order(order_id=month.order.pk, at=on(23), by=SYSTEM)
    assert indicator("campaign_margin").value(params) == Decimal("180.00")  # 300.00 less 3 of 10 at 400.00
    assert indicator("order_margin").value(params) == Decimal("180.00")
    assert indicator("stock_value").value(params) == Decimal("280.00")
    assert indicator("stock_value").value(Params(FIRST, date(2026, 3, 22))) == Decimal("400.00")


def test_receivables_are_what_was_open_at_the_end_of_the_day(month):
    ship_order(order_id=month.order.pk, at=on(23), by=SYSTEM)
    invoice = invoice_order(order_id=month.order.pk, issued_on=date(2026, 3, 25), at=on(25), by=SYSTEM)
    account = make_account(month.branch)
    paid = record_payment(
        account_id=account.pk, direction="in", amount=Decimal("100.00"), paid_on=date(2026, 3, 27), by=SYSTEM,
        legal_entity_id=month.order.legal_entity_id,
    )  # fmt: skip
    allocate(invoice_id=invoice.pk, payment_id=paid.pk, amount=Decimal("100.00"), on=date(2026, 3, 27), by=SYSTEM)
    for day, expected in ((24, "0"), (25, "360.00"), (26, "360.00"), (27, "260.00")):
        asked = Params(FIRST, date(2026, 3, day))
        assert indicator("receivables").value(asked) == Decimal(expected)
        assert sum_of_records(indicator("receivables"), asked) == Decimal(expected)


def test_looks_at_the_days_asked_for(month):
    april = Params(date(2026, 4, 1), date(2026, 4, 30), campaign_id=month.campaign.pk)
    assert indicator("leads").value(april) == 0
    assert indicator("revenue").value(april) == 0
    assert indicator("campaign_cost").value(april) == Decimal("350.00")  # all that was spent by then


def test_a_seller_sees_his_own_figures_only(month):
    other = make_user("seller")
    mine, theirs = (Params(FIRST, LAST, reader=reader) for reader in (month.seller, other))
    assert indicator("leads").value_for(mine) == 5
    assert indicator("leads").value_for(theirs) == 0
    assert indicator("revenue").value_for(mine) == Decimal("300.00")
    assert indicator("revenue").value_for(theirs) == 0


def test_margins_are_not_for_everybody(month):
    asked = Params(FIRST, LAST, reader=month.seller)
    with pytest.raises(NotAllowed):
        indicator("order_margin").value_for(asked)
    with pytest.raises(NotAllowed):
        indicator("order_margin").records_for(asked)
    assert indicator("order_margin").value_for(Params(FIRST, LAST, reader=make_user("director"))) == Decimal("300.00")


def test_refuses_an_unknown_code():
    with pytest.raises(UnknownIndicator):
        indicator("luck")
