"""Steps 5 to 7 on the screens: the quotes, the approval, the acceptance by the client."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from core.models import OutboxMessage
from sales.models import Deal, Quote, SalesOrder
from tests.e2e.theatre import Theatre, draw, follow, press, says

NEW_QUOTE, DRAFT_QUOTE = re.compile(r"/sales/deals/\d+/quote/"), re.compile(r"/sales/quotes/\d+/lines/")


def write_lines(page: Page, lines: list[dict[str, Any]]) -> None:
    """Find each item by its code, then its quantity and discount, and its price where no list has one."""
    for number, line in enumerate(lines):
        if page.locator(f"input[name=lines-{number}-qty]").count() == 0:
            page.locator("[data-line-search]").fill(line["item"])
            page.locator("button[name=add]", has_text="Add").last.click()
            expect(page.locator(f"input[name=lines-{number}-qty]")).to_be_visible()
            expect(page.locator("[data-line-search]")).to_be_focused()
        page.locator(f"input[name=lines-{number}-qty]").fill(line["qty"])
        page.locator(f"input[name=lines-{number}-discount]").fill(line["discount_pct"])
        if "price" in line:
            page.locator(f"input[name=lines-{number}-price]").fill(line["price"])
        if NEW_QUOTE.search(page.url):  # the first line makes it a draft with an address of its own
            page.wait_for_url(DRAFT_QUOTE)


def _begin_quote(play: Theatre, deal: Deal, given: dict[str, Any]) -> Page:
    page = play.open("seller", "sales:deal_card", deal.pk)
    page.get_by_role("link", name=re.compile("^(Quote|Version)$")).first.click()
    page.locator("select[name=legal_entity]").select_option(label="Bluehaven Trading Ltd")
    write_lines(page, given["lines"])
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
    """Beyond the seller's limit it cannot be sent; the head of sales grants it, and then it goes out by mail."""
    given, head = play.inputs["quote_2"], "head_of_sales"
    play.at(given["drafted_at"])
    page = _begin_quote(play, deal, given)
    says(
        page, "€1,525.97", "€1,979.84", "Tax 20 % on €1,590.34", "€318.07", "€38.95", "€2,336.86",
        "€798.21 over cost", "40.32",
    )  # fmt: skip
    quote = Quote.objects.get(revision=2)
    expect(page.get_by_role("link", name="Send to client")).to_have_count(0)
    page = play.open("seller", "sales:quote_send", quote.pk)
    press(page, "Send to client")
    says(page, "approval")
    expect(page.locator("form.step-form")).to_be_visible()
    page = play.open("seller", "sales:quote_ask", quote.pk)
    page.locator("textarea[name=reason]").fill("They compare us with two others")
    press(page, "Ask", exact=True)
    says(page, "Asked. You hear of the decision.")

    play.at(given["approved_at"])
    page = play.open(head, "sales:approval_list")
    page.get_by_role("link", name=re.compile("Q-")).first.click()
    says(page, "7.5", "€1,979.84", "40.32")
    follow(page, "Decide")
    page.get_by_label("Grant it").check()
    press(page, "Decide")
    says(page, "Decided. Who asked is told.")

    play.at(given["at"])
    page = play.open("seller", "sales:quote_card", quote.pk)
    follow(page, "Send to client")
    page.locator("select[name=to]").select_option(play.fixture["client"]["person"]["email"])
    page.locator("select[name=stage]").select_option(given["stage"])
    page.locator("form.step-form button[type=submit]").dblclick()
    says(page, "The quote is out")
    page = play.open("seller", "sales:quote_card", Quote.objects.get(revision=1).pk)
    says(page, "Superseded")
    page = play.open("seller", "sales:deal_board")
    says(page, "1,584")
    return quote


def client_accepts(play: Theatre) -> SalesOrder:
    """The client follows the link of the mail, types his name, signs, and presses twice: one order."""
    given = play.inputs["accept"]
    play.at(given["at"])
    letter = OutboxMessage.objects.filter(recipient=play.fixture["client"]["person"]["email"]).latest("pk")
    page = play.by("")
    link = re.search(r"https?://\S+", letter.payload["text"])
    assert link
    page.goto(urlsplit(link.group()).path)
    says(page, "€1,525.97", "€1,979.84", "€318.07", "€38.95", "€2,336.86")
    page.get_by_label("Your name").fill(given["by_name"])
    draw(page, page.locator("[data-pad]"))
    page.get_by_role("button", name="Accept and order").dblclick()
    says(page, "Thank you: Nora Field accepted this quote.", "SO-2026-00001")
    return SalesOrder.objects.get()
