"""Steps 1 to 7 on the screens: request, deal, estimate, quotes, approval, acceptance by the client."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from crm.models import Lead
from sales.models import Deal
from tests.e2e.theatre import Theatre, choose, follow, press, says

WHO = {"name": "Nora Field", "company": "Bluehaven Group", "email": "nora.field@bluehaven.example"}


def answer_and_qualify(play: Theatre) -> Deal:
    """The seller answers from the inbox after 25 minutes; in the afternoon the request becomes a deal, once."""
    given = play.inputs["lead"]
    lead = Lead.objects.get()
    play.at(given["answered_at"])
    page = play.open("seller", "crm:inbox")
    says(page, "Waiting for the first answer", "25 min")
    press(page, "I called")
    says(page, "first answer after 25 min", "Everybody has an answer")

    play.at(play.inputs["qualify"]["at"])
    page = play.open("seller", "crm:lead_qualify", lead.pk)
    page.locator("input[name=amount]").fill("1800")
    page.get_by_role("button", name="Save").dblclick()
    says(page, "Qualified")
    deal = Deal.objects.get()
    page = play.open("seller", "sales:deal_card", deal.pk)
    says(page, "Bluehaven Group", "25", "€1,800.00")
    return deal


def ask_production(play: Theatre, deal: Deal) -> None:
    given = play.inputs["ask_estimate"]
    play.at(given["at"])
    page = play.open("seller", "sales:deal_card", deal.pk)
    page.locator("form.stages button[value=estimate]").click()
    expect(page.locator("form.stages button[value=estimate]")).to_have_attribute("aria-current", "step")
    follow(page, "Ask production")
    choose(page, page.locator("select[name=r0-item]"), "GP-200")
    page.locator("input[name=r0-qty]").fill("3")
    press(page, "Ask", exact=True)
    says(page, "Asked")

    play.at(given["weighted_at"])
    page = play.open("seller", "sales:deal_board")
    says(page, "720")


def _write_lines(page: Page, lines: list[dict[str, Any]]) -> None:
    """Find each item by its code, then its quantity and discount."""
    for number, line in enumerate(lines):
        if page.locator(f"input[name=lines-{number}-qty]").count() == 0:
            page.locator("[data-line-search]").fill(line["item"])
            page.locator("button[name=add]", has_text="Add").last.click()
            expect(page.locator(f"input[name=lines-{number}-qty]")).to_be_visible()
        page.locator(f"input[name=lines-{number}-qty]").fill(line["qty"])
        page.locator(f"input[name=lines-{number}-discount]").fill(line["discount_pct"])


def _begin_quote(play: Theatre, deal: Deal, given: dict[str, Any]) -> Page:
    page = play.open("seller", "sales:deal_card", deal.pk)
    page.get_by_role("link", name=re.compile("^(Quote|Version)$")).first.click()
    page.locator("select[name=legal_entity]").select_option(label="Bluehaven Trading Ltd")
    _write_lines(page, given["lines"])
    press(page, "Save the draft")
    return page


def _send(play: Theatre, page: Page, stage: str) -> None:
    press(page, "Send to client")
    page.locator("select[name=stage]").select_option(stage)
    page.locator("form.step-form button[type=submit]").dblclick()
    says(page, "The quote is out")


def first_quote(play: Theatre, deal: Deal) -> None:
    given = play.inputs["quote_1"]
    play.at(given["at"])
    page = _begin_quote(play, deal, given)
    says(
        page, "€1,567.22", "€389.50", "€64.37", "€2,021.09", "Tax 20 % on €1,631.59", "€326.32", "€38.95", "€2,386.36",
        "€839.46 over cost", "41.54",
    )  # fmt: skip
    _send(play, page, given["stage"])
    page = play.open("seller", "sales:deal_card", deal.pk)
    says(page, "€2,021.09", "Proposal")
    page = play.open("seller", "sales:deal_board")
    says(page, "1,213")
