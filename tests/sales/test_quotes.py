from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Event
from crm.choices import ClientStatus
from crm.errors import ClientBlocked
from crm.services.clients import block_client, end_legal_entity
from inventory.models import Demand
from sales import tasks
from sales.choices import ApprovalStatus, DealStatus, EstimateKind, QuoteStatus
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
    QuoteExpired,
    QuoteNotDraft,
    QuoteNotOpen,
    TaxMissing,
)
from sales.models import Deal, Quote, QuoteLine, SalesOrder, StageChange
from sales.services.deals import move_deal
from sales.services.estimates import CostPart, answer_estimate, request_estimate
from sales.services.quote_drafts import draft_quote
from sales.services.quotes import (
    accept_quote,
    decide_approval,
    expire_quotes,
    refuse_quote,
    request_approval,
    send_quote,
)
from tests.factories.core import make_tax, make_team, make_user
from tests.factories.crm import make_legal_entity
from tests.factories.inventory import make_item, make_warehouse, stock_up
from tests.factories.sales import NOON, drafts, make_deal, make_policy, make_quote, make_sold_item, price

pytestmark = pytest.mark.django_db


DAY = [timedelta(hours=hours) for hours in (11, 12, 13)]


def send(quote: Quote, **more) -> Quote:
    more.setdefault("by", SYSTEM)
    return send_quote(quote_id=quote.pk, at=more.pop("at", NOON), **more)


def accept(quote: Quote, **more) -> SalesOrder:
    more.setdefault("by", SYSTEM)
    more.setdefault("warehouse_id", make_warehouse(branch=quote.deal.branch).pk)
    return accept_quote(quote_id=quote.pk, at=more.pop("at", NOON), **more)


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


class TestSending:
    def test_a_new_revision_supersedes_the_one_before(self) -> None:
        deal, item = make_deal(), make_sold_item("100.00")
        first = send(make_quote(deal, [(item, 1)]), stage_code="proposal")
        second = send(make_quote(deal, [(item, 2)]), stage_code="negotiation")
        first.refresh_from_db()
        deal.refresh_from_db()
        assert (first.status, second.revision, second.number) == (QuoteStatus.SUPERSEDED, 2, first.number)
        assert (deal.stage.code, deal.amount, deal.lines.get().qty) == ("negotiation", Decimal("200.00"), 2)

    def test_sending_twice_changes_nothing(self) -> None:
        quote = make_quote()
        first = send(quote, stage_code="proposal")
        again = send(quote, stage_code="negotiation")
        assert again.version == first.version
        assert (StageChange.objects.count(), Event.objects.filter(name="sales.QuoteSent").count()) == (2, 1)
        with pytest.raises(QuoteNotDraft):
            request_approval(quote_id=quote.pk, at=NOON, by=SYSTEM)

    def test_what_is_out_is_frozen(self) -> None:
        quote = send(make_quote())
        with pytest.raises(InternalError), transaction.atomic():
            Quote.objects.update(terms="Other")
        for change in (
            lambda: Quote.objects.all().delete(),
            lambda: QuoteLine.objects.update(qty=2),
            lambda: QuoteLine.objects.all().delete(),
            lambda: quote.taxes.update(tax_amount=0),
            lambda: QuoteLine.objects.create(
                quote=quote, position=9, item=quote.lines.get().item, qty=1, unit_price=1, net_amount=1
            ),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()

    def test_wrong_sums_do_not_get_out(self) -> None:
        quote = make_quote()
        quote.lines.update(net_amount=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            send(quote)
        assert Quote.objects.get().status == QuoteStatus.DRAFT

    def test_one_current_revision_also_for_the_database(self) -> None:
        quote = send(make_quote())
        second = make_quote(quote.deal, [(make_sold_item(), 1)])
        with pytest.raises(IntegrityError), transaction.atomic():
            Quote.objects.filter(pk=second.pk).update(status=QuoteStatus.SENT)


class TestDeciding:
    def test_accepting_twice_makes_one_order_and_one_win(self) -> None:
        quote = send(make_quote())
        first = accept(quote, accepted_by_name="Nora Lind")
        assert accept(quote).pk == first.pk
        deal = Deal.objects.get()
        assert (deal.status, deal.client.status) == (DealStatus.WON, ClientStatus.ACTIVE)
        assert (SalesOrder.objects.count(), Demand.objects.count()) == (1, 1)
        names = Event.objects.filter(name__in=["sales.DealWon", "sales.OrderConfirmed"]).values_list("name", flat=True)
        assert sorted(names) == ["sales.DealWon", "sales.OrderConfirmed"]
        assert SalesOrder._meta.get_field("quote").unique

    def test_only_the_current_and_valid_revision_is_accepted(self) -> None:
        deal, item = make_deal(), make_sold_item()
        draft = make_quote(deal, [(item, 1)])
        with pytest.raises(QuoteNotOpen):
            accept(draft)
        old = send(draft)
        current = send(make_quote(deal, [(item, 2)], valid_until=NOON.date()))
        with pytest.raises(QuoteNotOpen):
            accept(old)
        with pytest.raises(QuoteExpired):
            accept(current, at=NOON + timedelta(days=1))
        assert not SalesOrder.objects.exists()
        accept(current, at=NOON + timedelta(hours=11))

    def test_a_refused_confirmation_leaves_everything_as_it_was(self) -> None:
        quote = send(make_quote(), stage_code="proposal")
        block_client(client_id=quote.deal.client_id, reason="Unpaid", at=NOON, by=SYSTEM)
        with pytest.raises(ClientBlocked):
            accept(quote)
        quote.refresh_from_db()
        assert (quote.status, Deal.objects.get().status) == (QuoteStatus.SENT, DealStatus.OPEN)
        assert not SalesOrder.objects.exists()
        assert StageChange.objects.count() == 2

    def test_a_refused_quote_keeps_the_deal_open(self) -> None:
        quote = send(make_quote())
        for _ in range(2):
            refused = refuse_quote(quote_id=quote.pk, at=NOON, by=SYSTEM, reason="Too late")
        assert (refused.status, Deal.objects.get().status) == (QuoteStatus.REFUSED, DealStatus.OPEN)
        with pytest.raises(QuoteNotOpen):
            accept(quote)

    def test_quotes_expire_after_their_last_day(self) -> None:
        today = NOON.date()
        due, _valid, forever = (
            send(make_quote(make_deal(), [(make_sold_item(), 1)], valid_until=until))
            for until in (today, today + timedelta(days=1), None)
        )
        tomorrow = today + timedelta(days=1)
        assert [expire_quotes(on=tomorrow, at=NOON + hours, by=SYSTEM) for hours in DAY] == [0, 1, 0]
        assert Quote.objects.get(status=QuoteStatus.EXPIRED) == due
        with time_machine.travel(NOON + timedelta(days=2)):
            assert [tasks.expire_quotes() for _ in range(2)] == [1, 0]
        assert Quote.objects.get(status=QuoteStatus.SENT) == forever

    def test_winning_is_set_wise(self) -> None:
        """Statements of a win do not depend on the lines, and are bounded."""
        counts = {}
        deal = make_deal()
        accept(send(make_quote(deal)))  # starts the year's number series
        for size in (10, 100):
            warehouse = make_warehouse(branch=deal.branch)
            items = [make_sold_item("1.00") for _ in range(size)]
            for item in items:
                stock_up(item, warehouse, 5, "5.00")
            quote = send(make_quote(make_deal(branch=deal.branch), [(item, 2) for item in items]))
            with CaptureQueriesContext(connection) as captured:
                accept(quote, warehouse_id=warehouse.pk)
            counts[size] = len(captured)
        assert counts[10] <= 50
        assert counts[100] <= counts[10] + 3

    def test_rights(self) -> None:
        seller, other = make_user("seller"), make_user("seller")
        quote = send(make_quote(make_deal(owner=seller)))
        with pytest.raises(NotAllowed):
            accept(quote, by=other)
        with pytest.raises(NotAllowed):
            move_deal(deal_id=quote.deal_id, stage_code="estimate", at=NOON, by=other)
        assert accept(quote, by=seller).owner == seller
