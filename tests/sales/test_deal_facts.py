"""What is known about a deal is corrected by one service; what closing froze stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed, StaleVersion
from crm.models import Client
from sales.errors import AmountFromLines, ClientStands, DealClosed, DealNameMissing, ForeignEntity, PriceMissing
from sales.models import Deal, DealCompetitor, DealRole, StageChange
from sales.services.deal_facts import change_deal, remove_competitor, remove_role
from sales.services.deal_lines import plan_lines
from sales.services.deals import add_competitor, add_role, lose_deal, open_deal
from sales.services.lines import LineDraft
from sales.services.quick_deals import open_quick_deal
from tests.factories.core import make_organization, make_user
from tests.factories.crm import make_client, make_legal_entity, make_person
from tests.factories.inventory import make_item
from tests.factories.sales import NOON, make_deal, make_pipeline, make_sold_item

pytestmark = pytest.mark.django_db


def change(deal: Deal, by=SYSTEM, version=None, **changes) -> Deal:
    return change_deal(deal_id=deal.pk, changes=changes, at=NOON, by=by, version=version)


def test_name_owner_and_day_change_and_the_same_again_changes_nothing():
    deal, other = make_deal(), make_user("seller")
    changed = change(deal, name="  Oak kitchen ", owner_id=other.pk, expected_close=date(2026, 4, 1))
    assert (changed.name, changed.owner, changed.expected_close) == ("Oak kitchen", other, date(2026, 4, 1))
    again = change(deal, name="Oak kitchen", owner_id=other.pk)
    assert again.version == changed.version


def test_a_deal_has_a_name():
    deal = make_deal(name="Oak")
    with pytest.raises(DealNameMissing):
        change(deal, name="  ")
    deal.refresh_from_db()
    assert deal.name == "Oak"


def test_amount_and_chance_go_into_the_history_together_with_the_facts():
    deal = make_deal(amount="1000.00")
    change(deal, name="Oak", amount=Decimal("1500.00"), probability=30)
    deal.refresh_from_db()
    assert (deal.name, deal.amount, deal.probability) == ("Oak", Decimal("1500.00"), 30)
    assert StageChange.objects.filter(deal=deal).count() == 2


def test_a_refused_amount_takes_the_facts_back():
    deal, item = make_deal(name="Old"), make_sold_item("100.00")
    plan_lines(deal_id=deal.pk, lines=[LineDraft(item.pk, Decimal(2))], at=NOON, by=SYSTEM)
    with pytest.raises(AmountFromLines):
        change(deal, name="New", amount=Decimal(5))
    deal.refresh_from_db()
    assert (deal.name, deal.amount) == ("Old", Decimal("200.00"))


def test_a_closed_deal_keeps_everything_but_its_owner():
    deal, other = make_deal(name="Oak"), make_user("seller")
    lose_deal(deal_id=deal.pk, reason="price", at=NOON, by=SYSTEM)
    with pytest.raises(DealClosed):
        change(deal, name="Ash")
    assert change(deal, owner_id=other.pk).owner == other


def test_a_deal_without_a_client_gets_one_and_keeps_it():
    make_pipeline()
    make_organization()
    deal, client = open_deal(name="Early", at=NOON, by=SYSTEM, amount=Decimal(10)), make_client()
    assert change(deal, client_id=client.pk).client == client
    with pytest.raises(ClientStands):
        change(deal, client_id=make_client().pk)


def test_the_legal_entity_is_one_of_the_client():
    deal = make_deal()
    with pytest.raises(ForeignEntity):
        change(deal, legal_entity_id=make_legal_entity(make_client()).pk)
    second = make_legal_entity(deal.client)
    assert change(deal, legal_entity_id=second.pk).legal_entity == second


def test_unknown_fields_stale_versions_and_foreign_deals_are_refused():
    deal = make_deal(owner=make_user("seller"))
    with pytest.raises(InvalidValue):
        change(deal, status="won")
    with pytest.raises(StaleVersion):
        change(deal, version=deal.version + 5, name="Ash")
    with pytest.raises(NotAllowed):
        change(deal, by=make_user("seller"), name="Ash")


def test_a_person_and_a_competitor_leave_once():
    deal = make_deal()
    role = add_role(deal_id=deal.pk, person_id=make_person().pk, role="decider", by=SYSTEM)
    rival = add_competitor(deal_id=deal.pk, name="Other", by=SYSTEM)
    with pytest.raises(NotAllowed):
        remove_role(role_id=role.pk, by=make_user("seller"))
    for _time in range(2):
        remove_role(role_id=role.pk, by=SYSTEM)
        remove_competitor(competitor_id=rival.pk, by=SYSTEM)
    assert not DealRole.objects.exists()
    assert not DealCompetitor.objects.exists()


class TestLines:
    def test_a_line_without_a_price_takes_it_from_the_lists(self):
        deal, item = make_deal(amount="5.00"), make_sold_item("100.00")
        lines = [LineDraft(item.pk, Decimal(2)), LineDraft(item.pk, Decimal(1), Decimal(10), Decimal(50))]
        for _time in range(2):
            plan_lines(deal_id=deal.pk, lines=lines, at=NOON, by=SYSTEM)
        deal.refresh_from_db()
        assert deal.amount == Decimal("245.00")
        assert StageChange.objects.filter(deal=deal).count() == 2

    def test_an_item_that_no_list_prices_is_named(self):
        deal = make_deal()
        with pytest.raises(PriceMissing):
            plan_lines(deal_id=deal.pk, lines=[LineDraft(make_item().pk, Decimal(1))], at=NOON, by=SYSTEM)
        assert not deal.lines.exists()


class TestQuick:
    def quick(self, by, **fields) -> Deal:
        make_pipeline()
        return open_quick_deal(name="Bar", at=NOON, by=by, **fields)

    def test_a_known_client_is_found_by_his_name(self):
        make_organization()
        seller = make_user("seller")
        client = make_client(name="Café Morgen", owner=seller)
        assert self.quick(seller, client_name=" café morgen ").client == client

    def test_an_unknown_name_becomes_a_prospect_of_the_seller(self):
        make_organization()
        seller = make_user("seller")
        make_client(name="Hidden", owner=make_user("seller"))
        deal = self.quick(seller, client_name="Hidden", amount=Decimal(20))
        assert (deal.client.owner, deal.amount, deal.owner) == (seller, Decimal("20.00"), seller)
        assert Client.objects.filter(name="Hidden").count() == 2
