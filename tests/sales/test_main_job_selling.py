"""Steps 1 to 7 of the main job, each figure to the cent, through the services of crm and sales alone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.money import percent_of
from crm.choices import LeadStatus
from crm.models import Lead
from crm.services.leads import answer_lead
from inventory.choices import ServiceRole
from sales.choices import DealStatus, EstimateKind, QuoteStatus
from sales.errors import DiscountNeedsApproval
from sales.models import Deal, OrderLine, Quote, SalesOrder, StageChange
from sales.selectors.funnel import stage_hours, weighted_value
from sales.services.deals import move_deal
from sales.services.estimates import CostPart, answer_estimate, request_estimate
from sales.services.leads import qualify_lead
from sales.services.quotes import accept_quote, decide_approval, request_approval, send_quote
from tests.factories.core import make_branch, make_tax, make_team, make_user
from tests.factories.crm import make_lead, make_route, make_source
from tests.factories.inventory import make_item, make_warehouse
from tests.factories.sales import make_pipeline, make_policy, make_quote, make_service, price

pytestmark = pytest.mark.django_db


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


class Story:
    """The fixture of the main job, as far as selling needs it."""

    def __init__(self) -> None:
        make_pipeline()
        self.branch = make_branch()
        self.warehouse = make_warehouse(branch=self.branch)
        self.seller, self.head = make_user("seller"), make_user("head_of_sales")
        make_team(self.seller, self.head, leader=self.head)
        make_policy("seller", 5)
        make_policy("head_of_sales", 15)
        self.campaign = make_source(utm_pattern="SPRING26")
        make_route(owner=self.seller)
        self.product = make_item("GP-200", tax=make_tax(20))
        self.inst = make_service("INST", role=ServiceRole.INSTALLATION, tax=make_tax(10))
        self.dlv = make_service("DLV", role=ServiceRole.TRANSPORT, tax=make_tax(20))
        for item, amount in ((self.product, "549.90"), (self.inst, "389.50"), (self.dlv, "64.37")):
            price(item, amount)

    def lead(self) -> Lead:
        lead = make_lead(
            payload={"text": "Three partitions", "utm_campaign": "SPRING26"}, received_at=moment("03-02 09:15"),
            utm={"campaign": "spring26"}, company="Bluehaven Group", name="Nora Lind", email="Nora@Bluehaven.example",
            title="Glazed partitions",
        )  # fmt: skip
        answer_lead(lead_id=lead.pk, at=moment("03-02 09:40"), by=self.seller, kind="call", subject="First answer")
        lead.refresh_from_db()
        return lead

    def qualify(self, lead: Lead) -> Deal:
        return qualify_lead(
            lead_id=lead.pk, amount=Decimal("1800.00"), at=moment("03-02 14:45"), by=self.seller,
            legal_name="Bluehaven Trading Ltd",
        )  # fmt: skip

    def estimate(self, deal: Deal) -> None:
        move_deal(deal_id=deal.pk, stage_code="estimate", at=moment("03-03 10:00"), by=self.seller)
        lines = [(self.product.pk, Decimal(3)), (self.inst.pk, Decimal(1)), (self.dlv.pk, Decimal(1))]
        asked = request_estimate(deal_id=deal.pk, lines=lines, at=moment("03-03 10:00"), by=self.seller)
        parts = [("338.23", "ALU-P"), ("285.60", "GLS-8"), ("160.80", "HWK")]
        costs = [CostPart(self.product.pk, EstimateKind.MATERIAL, Decimal(amount), code=code) for amount, code in parts]
        costs += [
            CostPart(self.product.pk, EstimateKind.WORK, Decimal("54.00"), code="CUT", qty=Decimal(90)),
            CostPart(self.product.pk, EstimateKind.WORK, Decimal("75.00"), code="ASM", qty=Decimal(150)),
            CostPart(self.inst.pk, EstimateKind.INSTALLATION, Decimal("220.00")),
            CostPart(self.dlv.pk, EstimateKind.TRANSPORT, Decimal("48.00")),
        ]
        answered = answer_estimate(
            request_id=asked.pk, costs=costs, lead_days=12, remark="", at=moment("03-04 09:00"), by=SYSTEM
        )
        assert answered.cost == Decimal("1181.63")

    def quote(self, deal: Deal, discount: str, at: str) -> Quote:
        lines = [(self.product, 3, discount), (self.inst, 1), (self.dlv, 1)]
        return make_quote(deal, lines, at=moment(at), by=self.seller)

    def first_revision(self, deal: Deal) -> Quote:
        quote = self.quote(deal, "5", "03-05 16:30")
        return send_quote(quote_id=quote.pk, at=moment("03-05 16:30"), by=self.seller, stage_code="proposal")

    def second_revision(self, deal: Deal) -> Quote:
        quote = self.quote(deal, "7.5", "03-09 09:00")
        asked = request_approval(quote_id=quote.pk, at=moment("03-09 09:00"), by=self.seller)
        decide_approval(approval_id=asked.pk, granted=True, at=moment("03-09 10:40"), by=self.head)
        return send_quote(quote_id=quote.pk, at=moment("03-09 11:00"), by=self.seller, stage_code="negotiation")

    def accept(self, quote: Quote) -> SalesOrder:
        return accept_quote(quote_id=quote.pk, at=moment("03-11 12:30"), by=self.seller, warehouse_id=self.warehouse.pk)


@pytest.fixture
def story() -> Story:
    return Story()


def amounts(quote: Quote) -> list[Decimal]:
    return list(quote.lines.order_by("position").values_list("net_amount", flat=True))


def taxes(quote: Quote) -> list[tuple[Decimal, Decimal]]:
    return list(quote.taxes.order_by("-percent").values_list("net_amount", "tax_amount"))


def test_step_1_a_web_form_becomes_a_lead_that_is_answered_after_25_minutes(story: Story) -> None:
    lead = story.lead()
    assert Lead.objects.count() == 1
    assert lead.raw_payload == {"text": "Three partitions", "utm_campaign": "SPRING26"}
    assert (lead.owner, lead.source, lead.response_minutes) == (story.seller, story.campaign, 25)


def test_step_2_qualifying_makes_client_person_and_deal_once(story: Story) -> None:
    lead = story.lead()
    deal = story.qualify(lead)
    assert story.qualify(lead).pk == deal.pk
    lead.refresh_from_db()
    assert Deal.objects.count() == 1
    assert lead.status == LeadStatus.QUALIFIED
    assert (str(deal.client), str(deal.legal_entity), str(lead.person)) == (
        "Bluehaven Group", "Bluehaven Trading Ltd", "Nora Lind",
    )  # fmt: skip
    assert (deal.stage.code, deal.probability, deal.amount) == ("qualified", 25, Decimal("1800.00"))
    assert deal.owner == story.seller


def test_step_3_and_4_the_estimate_weighs_720(story: Story) -> None:
    deal = story.qualify(story.lead())
    story.estimate(deal)
    assert weighted_value(deal.pk, moment("03-04 12:00")) == Decimal("720.00")
    assert weighted_value(deal.pk, moment("03-02 14:00")) == Decimal("0.00")


def test_step_5_the_first_revision_rounds_tax_once_per_rate(story: Story) -> None:
    deal = story.qualify(story.lead())
    story.estimate(deal)
    quote = story.first_revision(deal)
    assert amounts(quote) == [Decimal("1567.22"), Decimal("389.50"), Decimal("64.37")]
    assert taxes(quote) == [(Decimal("1631.59"), Decimal("326.32")), (Decimal("389.50"), Decimal("38.95"))]
    assert (quote.net_amount, quote.gross_amount) == (Decimal("2021.09"), Decimal("2386.36"))
    margin = quote.net_amount - quote.cost_amount
    assert (margin, percent_of(margin, quote.net_amount)) == (Decimal("839.46"), Decimal("41.54"))
    assert weighted_value(deal.pk, moment("03-05 16:30")) == Decimal("1212.65")


def test_step_6_the_second_revision_needs_an_approval(story: Story) -> None:
    deal = story.qualify(story.lead())
    story.estimate(deal)
    first = story.first_revision(deal)
    draft = story.quote(deal, "7.5", "03-09 09:00")
    with pytest.raises(DiscountNeedsApproval):
        send_quote(quote_id=draft.pk, at=moment("03-09 09:00"), by=story.seller, stage_code="negotiation")
    quote = story.second_revision(deal)
    assert quote.pk == draft.pk
    assert (quote.number, quote.revision) == (first.number, 2)
    assert amounts(quote)[0] == Decimal("1525.97")
    assert taxes(quote) == [(Decimal("1590.34"), Decimal("318.07")), (Decimal("389.50"), Decimal("38.95"))]
    assert (quote.net_amount, quote.gross_amount) == (Decimal("1979.84"), Decimal("2336.86"))
    margin = quote.net_amount - quote.cost_amount
    assert (margin, percent_of(margin, quote.net_amount)) == (Decimal("798.21"), Decimal("40.32"))
    first.refresh_from_db()
    assert first.status == QuoteStatus.SUPERSEDED
    assert weighted_value(deal.pk, moment("03-09 11:00")) == Decimal("1583.87")


def test_step_7_acceptance_wins_the_deal_and_makes_the_order_once(story: Story) -> None:
    deal = story.qualify(story.lead())
    story.estimate(deal)
    story.first_revision(deal)
    quote = story.second_revision(deal)
    order = story.accept(quote)
    assert story.accept(quote).pk == order.pk
    assert SalesOrder.objects.count() == 1
    assert order.number == "SO-2026-00001"
    assert (order.net_amount, order.gross_amount) == (Decimal("1979.84"), Decimal("2336.86"))
    assert OrderLine.objects.filter(order=order).count() == 3
    deal.refresh_from_db()
    assert (deal.status, deal.stage.code, deal.probability) == (DealStatus.WON, "won", 100)
    hours = stage_hours(deal.pk)
    assert list(hours.values()) == [Decimal("19.25"), Decimal("54.50"), Decimal("90.50"), Decimal("49.50")]
    assert sum(hours.values()) == Decimal("213.75")
    assert StageChange.objects.filter(deal=deal).count() == 5
