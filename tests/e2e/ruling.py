"""Steps 16 and 17 and the month's check on the screens: result of the order, campaign, dashboard, reports."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sales.models import SalesOrder
from samples.story.closing import other_leads
from tests.e2e.theatre import Theatre, says

MONTH = "?period=2026-03"


def result_of_the_order(play: Theatre, order: SalesOrder) -> None:
    page = play.open("director", "sales:order_card", order.pk)
    says(page, "Margin 38.13 %", "€1,979.84", "−€1,225.00", "€754.84")
    result = page.locator("#order-result")
    for code, amount in (
        ("GLS-8", "+€14.40"), ("ALU-P", "+€4.27"), ("CUT", "+€3.00"), ("ASM", "+€5.00"), ("DLV", "+€4.00"),
        ("SEAL", "+€12.70"),
    ):  # fmt: skip
        says(result.get_by_role("row", name=code), amount)
    says(result, "In all +€43.37")


def the_other_requests(play: Theatre) -> None:
    """The added fixture of the month's check, which the story tells through services."""
    teller: Any = SimpleNamespace(inputs=play.inputs, fixture=play.fixture, user=play.world.users.get)
    other_leads(teller)


def month_on_the_dashboard(play: Theatre) -> None:
    play.at("2026-03-31T20:00:00+00:00")
    the_other_requests(play)
    page = play.open("director", "reports:dashboard", query=MONTH)
    says(
        page, "Won €1,979.84", "Gross margin 38.1 %", "Win rate 50.0 %", "42.86 % by value",
        "Leads converted 60.0 %", "3 of 5", "Pipeline, weighted €500.00", "Receivables €1,436.86", "Overdue €0.00",
        "Cash €5,900.00", "Stock value €430.45",
    )  # fmt: skip
    funnel = page.get_by_role("region", name="Funnel, March 2026")
    says(
        funnel, "Leads: 5", "Qualified: 3", "Estimate: 3", "Proposal: 2", "Negotiation: 1", "Won: 1",
        "100.0 % of Qualified", "66.7 % of Estimate", "50.0 % of Proposal", "100.0 % of Negotiation",
    )  # fmt: skip
    says(page.get_by_role("row", name="Estimate"), "€1,250.00", "€500.00")
    says(page.get_by_role("row", name="Spring 2026"), "2", "€300.00", "€150.00", "€300.00", "€754.84", "151.61 %")


def figures_and_what_is_behind_them(play: Theatre) -> None:
    """Each figure opens the records it is made of, and their sum is that figure, on any day."""
    page = play.open("director", "reports:indicator", "win_rate_value", query=MONTH)
    says(page, "42.86 %", "€1,979.84 of €4,619.84")
    for day, stock, owed in (
        ("2026-03-19", "443.15", "0.00"), ("2026-03-20", "1,383.45", "0.00"), ("2026-03-25", "430.45", "0.00"),
        ("2026-03-26", "430.45", "1,436.86"),
    ):  # fmt: skip
        for code, value in (("stock_value", stock), ("receivables", owed)):
            page = play.open("director", "reports:indicator", code, query=f"?since=2026-03-01&until={day}")
            says(page, f"€{value}", "The same figure")


def result_of_the_campaign(play: Theatre) -> None:
    page = play.open("marketer", "marketing:campaign_card", play.world.campaign.pk)
    says(page, "SPRING26", "Leads 2", "Cost €300.00", "Cost per lead €150.00", "Cost per new client €300.00")
