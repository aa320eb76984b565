"""Steps 1 to 4 on the screens: the request on the web site, its answer, the deal, the estimate of production."""

from __future__ import annotations

from playwright.sync_api import expect

from crm.models import Lead, WebForm
from sales.models import Deal, EstimateRequest
from tests.e2e.theatre import Theatre, choose, follow, press, says

DAY_BEFORE = "2026-03-01T12:00:00+00:00"


def open_web_form(play: Theatre) -> WebForm:
    """The marketer makes the form for the company's web site."""
    play.at(DAY_BEFORE)
    page = play.open("marketer", "crm:webform_new")
    page.locator("input[name=name]").fill("Partition request")
    page.locator("input[name=title]").fill("Ask us for a partition")
    press(page, "Create")
    says(page, "Partition request")
    return WebForm.objects.get()


def send_web_form(play: Theatre, form: WebForm) -> Lead:
    """A visitor who came by the campaign fills the form in; a second press does not count."""
    given, who = play.inputs["lead"], play.fixture["client"]["person"]
    play.at(given["received_at"])
    play.later(minutes=-1)
    page = play.open("", "crm:webform_public", form.key, query=f"?utm_campaign={given['payload']['utm_campaign']}")
    page.get_by_label("Name", exact=True).fill(f"{who['first_name']} {who['last_name']}")
    page.get_by_label("Company").fill(play.fixture["client"]["name"])
    page.get_by_label("E-mail").fill(who["email"])
    page.get_by_label("Phone").fill(who["phone"])
    page.get_by_label("Message").fill(given["payload"]["message"])
    play.later(minutes=1)
    page.get_by_role("button", name="Send").dblclick()
    says(page, "Thank you")
    return Lead.objects.get()


def answer_and_qualify(play: Theatre, lead: Lead) -> Deal:
    """The seller answers from the inbox after 25 minutes; in the afternoon the request becomes a deal, once."""
    given = play.inputs["lead"]
    play.at(given["answered_at"])
    page = play.open("seller", "crm:inbox")
    says(page, "Waiting for the first answer", "25 min")
    press(page, "I called")
    says(page, "first answer after 25 min", "Everybody has an answer")

    play.at(play.inputs["qualify"]["at"])
    page = play.open("seller", "crm:lead_qualify", lead.pk)
    page.locator("input[name=amount]").fill("1800")
    page.get_by_role("button", name="Make a deal of it").dblclick()
    says(page, "Qualified")
    deal = Deal.objects.get()
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


def answer_estimate(play: Theatre) -> None:
    """The production lead sees the proposal of the system, adds what it cannot know, and answers."""
    given = play.inputs["answer_estimate"]
    play.at(given["at"])
    page = play.open("production_lead", "production:estimate_inbox")
    page.get_by_role("link", name="Request by").first.click()
    says(
        page, "29.64", "338.23", "7.2", "285.60", "160.80", "784.63", "54.00", "75.00", "129.00", "913.63",
    )  # fmt: skip
    for part in given["extra"]:
        page.get_by_label(play.world.items[part["item"]].name).fill(part["amount"])
    says(page.locator("[data-sum]"), "1,181.63")
    press(page, "Answer", exact=True)
    says(page, "Answered")
    page = play.open("production_lead", "production:estimate_answer", EstimateRequest.objects.get().pk)
    says(page, "1,181.63", "8 working days")
