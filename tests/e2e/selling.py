"""Steps 1 to 7 on the screens: request, deal, estimate, quotes, approval, acceptance by the client."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from crm.models import Lead
from sales.models import Approval, Deal, Quote, SalesOrder
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


def second_quote(play: Theatre, deal: Deal) -> Quote:
    """7.5 % needs the head of sales; sending before is refused and says so."""
    given = play.inputs["quote_2"]
    play.at(given["drafted_at"])
    page = _begin_quote(play, deal, given)
    says(page, "€1,525.97", "€1,979.84", "€318.07", "€38.95", "€2,336.86", "€798.21 over cost", "40.32")
    press(page, "Send to client")
    page.locator("form.step-form button[type=submit]").click()
    says(page, "has to approve")
    follow(page, "Ask for approval")
    page.locator("textarea[name=reason]").fill("Their other offer lies lower.")
    press(page, "Ask", exact=True)
    approval = Approval.objects.get()

    play.at(given["approved_at"])
    page = play.open("head_of_sales", "sales:approval_list")
    says(page, "7.5")
    page.goto(reverse("sales:approval_decide", args=[approval.pk]))
    says(page, "€1,979.84")
    page.locator("[name=decision][value=granted], select[name=decision]").first.wait_for()
    if page.locator("select[name=decision]").count():
        page.locator("select[name=decision]").select_option("granted")
    else:
        page.locator("[name=decision][value=granted]").check()
    press(page, "Decide")
    says(page, "Decided")

    play.at(given["at"])
    quote = Quote.objects.get(deal=deal, status="draft")
    page = play.open("seller", "sales:quote_edit_lines", quote.pk)
    _send(play, page, given["stage"])
    page = play.open("seller", "sales:deal_card", deal.pk)
    says(page, "Superseded", "Negotiation")
    quote.refresh_from_db()
    return quote


def accepted_by_client(play: Theatre, deal: Deal, quote: Quote, link: str) -> SalesOrder:
    """The client opens the link of the mail, signs, and presses twice; the deal is won once."""
    play.at(play.inputs["accept"]["at"])
    page = play.by("")
    page.goto(link)
    says(page, "€2,336.86", "Glazed partition GP-200")
    page.locator("input[name=name]").fill(play.inputs["accept"]["by_name"])
    pad = page.locator("[data-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 120, steps=8)
    page.mouse.up()
    page.get_by_role("button", name="Accept and order").dblclick()
    says(page, "accepted this quote", "SO-2026-00001")
    page = play.open("seller", "sales:deal_card", deal.pk)
    says(page, "Won")
    for code, hours in {"qualified": "19.25", "estimate": "54.50", "proposal": "90.50", "negotiation": "49.50"}.items():
        expect(page.locator(f"form.stages button[value={code}]")).to_have_attribute("title", re.compile(hours))
    return SalesOrder.objects.get(deal=deal)
