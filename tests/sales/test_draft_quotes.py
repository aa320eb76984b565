"""Quotes while they are written: figures, revisions, and the limits that ask for an approval."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.errors import NotAllowed
from crm.services.clients import end_legal_entity
from sales.choices import ApprovalStatus, EstimateKind, QuoteStatus
from sales.errors import (
    ApprovalDecided,
    DiscountNeedsApproval,
    EmptyDocument,
    EntityEnded,
    ForeignEntity,
    LimitTooLow,
    LineOutOfRange,
    OwnApproval,
    PriceMissing,
    TaxMissing,
)
from sales.models import Quote, QuoteLine
from sales.services.estimates import CostPart, answer_estimate, request_estimate
from sales.services.quote_drafts import draft_quote
from sales.services.quotes import decide_approval, request_approval
from tests.factories.core import make_tax, make_team, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.inventory import make_item
from tests.factories.sales import NOON, drafts, make_deal, make_policy, make_quote, make_sold_item, price
from tests.sales.quoting import send

pytestmark = pytest.mark.django_db


class TestDrafting:
    def test_the_same_draft_again_changes_nothing(self) -> None:
        deal, item = make_deal(), make_sold_item()
        first = make_quote(deal, [(item, 2, "5")])
        again = make_quote(deal, [(item, 2, "5")], at=NOON + timedelta(hours=1))
        assert (again.pk, again.version) == (first.pk, first.version)

    def test_another_draft_takes_its_place(self) -> None:
        deal, item = make_deal(), make_sold_item("10.00")
        first = make_quote(deal, [(item, 2)])
        second = make_quote(deal, [(item, 3)])
        assert (second.pk, second.number, second.revision) == (first.pk, first.number, 1)
        assert (second.net_amount, QuoteLine.objects.count()) == (Decimal("30.00"), 1)

    def test_cost_is_shared_by_quantity_to_the_cent(self) -> None:
        deal, item, other = make_deal(), make_sold_item(), make_sold_item(standard_cost=Decimal("1.005"))
        asked = request_estimate(deal_id=deal.pk, lines=[(item.pk, Decimal(3))], at=NOON, by=SYSTEM)
        parts = [CostPart(item.pk, EstimateKind.MATERIAL, Decimal("100.00"))]
        answer_estimate(request_id=asked.pk, costs=parts, lead_days=1, remark="", at=NOON, by=SYSTEM)
        quote = make_quote(deal, [(item, 1), (item, 1), (item, 1), (other, 1)])
        costs = list(quote.lines.order_by("position").values_list("cost_amount", flat=True))
        assert costs == [Decimal(text) for text in ("33.33", "33.34", "33.33", "1.01")]
        assert quote.estimate_id == asked.pk

    def test_refusals(self) -> None:
        deal = make_deal()
        free, unpriced = make_sold_item(), make_item()
        ancient = make_item(tax=make_tax(7, since=date(2030, 1, 1)))
        price(ancient, 1)
        for lines, error in (
            ([(unpriced, 1)], PriceMissing), ([(ancient, 1)], TaxMissing), ([(free, 0)], LineOutOfRange),
            ([(free, 1, "100.01")], LineOutOfRange), ([(free, 1, 0, "-1")], LineOutOfRange),
        ):  # fmt: skip
            with pytest.raises(error):
                make_quote(deal, lines)
        with pytest.raises(EmptyDocument):
            draft_quote(deal_id=deal.pk, legal_entity_id=deal.legal_entity_id, lines=[], at=NOON, by=SYSTEM)
        foreign = make_legal_entity()
        with pytest.raises(ForeignEntity):
            draft_quote(deal_id=deal.pk, legal_entity_id=foreign.pk, lines=drafts([(free, 1)]), at=NOON, by=SYSTEM)
        end_legal_entity(entity_id=deal.legal_entity_id, on=NOON.date() - timedelta(days=1), by=SYSTEM)
        with pytest.raises(EntityEnded):
            make_quote(deal, [(free, 1)])
        assert not Quote.objects.exists()

    def test_it_is_set_wise(self) -> None:
        counts = {}
        for size in (10, 100):
            deal, items = make_deal(), [make_sold_item() for _ in range(size)]
            draft_quote(  # the first quote starts the year's number series
                deal_id=deal.pk, legal_entity_id=deal.legal_entity_id, lines=drafts([(items[0], 1)]), at=NOON, by=SYSTEM
            )
            lines = drafts([(item, 1) for item in items])
            with CaptureQueriesContext(connection) as captured:
                draft_quote(deal_id=deal.pk, legal_entity_id=deal.legal_entity_id, lines=lines, at=NOON, by=SYSTEM)
            counts[size] = len(captured)
        assert counts[100] <= counts[10] + 3
        assert counts[10] <= 30


class TestLimits:
    @pytest.fixture
    def people(self):
        seller, head = make_user("seller"), make_user("head_of_sales")
        make_team(seller, head)
        make_policy("seller", 5)
        make_policy("head_of_sales", 15)
        return seller, head

    def quote(self, seller, discount, **fields) -> Quote:
        deal = fields.pop("deal", None) or make_deal(owner=seller)
        return make_quote(deal, [(fields.pop("item", None) or make_sold_item(), 1, discount)], by=seller)

    def test_inside_the_limit_nobody_is_asked(self, people) -> None:
        seller, _head = people
        assert send(self.quote(seller, "5"), by=seller).status == QuoteStatus.SENT

    def test_beyond_it_an_approval_lets_the_quote_out(self, people) -> None:
        seller, head = people
        quote = self.quote(seller, "5.0001")
        with pytest.raises(DiscountNeedsApproval):
            send(quote, by=seller)
        asked = request_approval(quote_id=quote.pk, at=NOON, by=seller)
        assert request_approval(quote_id=quote.pk, at=NOON, by=seller).pk == asked.pk
        with pytest.raises(DiscountNeedsApproval):
            send(quote, by=seller)
        for _ in range(2):
            decide_approval(approval_id=asked.pk, granted=True, at=NOON, by=head)
        assert send(quote, by=seller).status == QuoteStatus.SENT

    def test_a_refusal_does_not(self, people) -> None:
        seller, head = people
        quote = self.quote(seller, "10")
        asked = request_approval(quote_id=quote.pk, at=NOON, by=seller)
        decide_approval(approval_id=asked.pk, granted=False, at=NOON, by=head)
        with pytest.raises(DiscountNeedsApproval):
            send(quote, by=seller)
        with pytest.raises(ApprovalDecided):
            decide_approval(approval_id=asked.pk, granted=True, at=NOON, by=head)

    def test_who_may_decide(self, people) -> None:
        seller, head = people
        asked = request_approval(quote_id=self.quote(seller, "20").pk, at=NOON, by=seller)
        with pytest.raises(NotAllowed):
            decide_approval(approval_id=asked.pk, granted=True, at=NOON, by=seller)
        with pytest.raises(LimitTooLow):
            decide_approval(approval_id=asked.pk, granted=True, at=NOON, by=head)
        own = request_approval(quote_id=self.quote(head, "10").pk, at=NOON, by=head)
        with pytest.raises(OwnApproval):
            decide_approval(approval_id=own.pk, granted=True, at=NOON, by=head)

    def test_an_approval_covers_what_was_asked_and_no_more(self, people) -> None:
        seller, head = people
        quote, item = self.quote(seller, "7.5"), make_sold_item()
        asked = request_approval(quote_id=quote.pk, at=NOON, by=seller)
        self.quote(seller, "9", deal=quote.deal, item=item)
        asked.refresh_from_db()
        assert asked.status == ApprovalStatus.REFUSED
        again = request_approval(quote_id=quote.pk, at=NOON, by=seller)
        decide_approval(approval_id=again.pk, granted=True, at=NOON, by=head)
        self.quote(seller, "9.5", deal=quote.deal, item=item)
        with pytest.raises(DiscountNeedsApproval):
            send(quote, by=seller)
        self.quote(seller, "8", deal=quote.deal, item=item)
        send(quote, by=seller)

    def test_a_lowest_margin_binds_as_well(self, people) -> None:
        seller, _head = people
        make_policy("seller", 5, 30)
        thin = make_sold_item("100.00", standard_cost=Decimal("71.00"))
        with pytest.raises(DiscountNeedsApproval):
            send(self.quote(seller, "0", item=thin), by=seller)
        fat = make_sold_item("100.00", standard_cost=Decimal("66.00"))
        send(self.quote(seller, "5", item=fat), by=seller)

    def test_without_a_policy_only_listed_prices_go_out(self) -> None:
        marketer = make_user(roles=["seller", "marketer"])
        deal = make_deal(owner=marketer)
        item = make_sold_item()
        with pytest.raises(DiscountNeedsApproval):
            send(make_quote(deal, [(item, 1, "0.01")]), by=marketer)
        send(make_quote(deal, [(item, 1)]), by=marketer)
