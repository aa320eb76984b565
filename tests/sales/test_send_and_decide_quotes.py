"""Quotes sent once, and decided by the client."""

from __future__ import annotations

from datetime import timedelta
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
from crm.services.clients import block_client
from inventory.models import Demand
from sales import tasks
from sales.choices import DealStatus, QuoteStatus
from sales.errors import QuoteExpired, QuoteNotDraft, QuoteNotOpen
from sales.models import Deal, Quote, QuoteLine, SalesOrder, StageChange
from sales.services.deals import move_deal
from sales.services.quotes import expire_quotes, refuse_quote, request_approval
from tests.factories.core import make_user
from tests.factories.inventory import make_warehouse, stock_up
from tests.factories.sales import NOON, make_deal, make_quote, make_sold_item
from tests.sales.quoting import DAY, accept, send

pytestmark = pytest.mark.django_db


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
