from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from core.actors import SYSTEM
from core.errors import NotAllowed
from sales.errors import (
    AmountFromLines,
    AmountNegative,
    ForeignEntity,
    NoSuchStage,
    ProbabilityOutOfRange,
)
from sales.models import Deal, DealCompetitor, DealRole, StageChange
from sales.selectors.funnel import stage_hours, stays, weighted_value
from sales.services.deals import (
    DealLineDraft,
    add_competitor,
    add_role,
    change_amount,
    open_deal,
    set_lines,
)
from tests.factories.core import make_organization, make_user
from tests.factories.crm import make_client, make_lead, make_legal_entity, make_person
from tests.factories.sales import NOON, make_deal, make_pipeline

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestOpening:
    def test_a_deal_begins_with_its_first_stage(self) -> None:
        deal = make_deal(amount="1800.00")
        first = StageChange.objects.get()
        assert (first.seq, first.from_stage, first.to_stage, first.amount, first.probability) == (
            1, None, deal.stage, Decimal("1800.00"), 25,
        )  # fmt: skip

    def test_it_takes_branch_source_and_owner_from_where_it_comes(self) -> None:
        make_pipeline()
        organization, seller = make_organization(), make_user("seller")
        deal = open_deal(name="D", at=NOON, by=seller, client_id=make_client().pk, organization_id=organization.pk)
        assert (deal.organization, deal.owner, deal.amount, deal.currency_id) == (organization, seller, 0, "EUR")

    def test_refusals(self) -> None:
        entity = make_legal_entity()
        make_pipeline()
        make_organization()
        with pytest.raises(ForeignEntity):
            open_deal(name="D", at=NOON, by=SYSTEM, client_id=make_client().pk, legal_entity_id=entity.pk)
        with pytest.raises(NoSuchStage):
            open_deal(name="D", at=NOON, by=SYSTEM, client_id=entity.client_id, stage_code="won")
        with pytest.raises(NotAllowed):
            open_deal(name="D", at=NOON, by=make_user("storekeeper"))
        assert not Deal.objects.exists()

    def test_one_deal_per_lead(self) -> None:
        lead = make_lead()
        assert make_deal(lead_id=lead.pk).pk == make_deal(lead_id=lead.pk).pk


@pytest.mark.django_db
class TestAmount:
    def test_every_amount_and_probability_is_remembered(self) -> None:
        deal = make_deal(amount="1000.00")
        change_amount(deal_id=deal.pk, amount=Decimal("1500.00"), at=NOON + HOUR, by=SYSTEM)
        change_amount(deal_id=deal.pk, amount=Decimal("1500.00"), at=NOON + HOUR, by=SYSTEM)
        change_amount(deal_id=deal.pk, probability=30, at=NOON + 2 * HOUR, by=SYSTEM)
        values = [weighted_value(deal.pk, NOON + hours * HOUR) for hours in (-1, 0, 1, 2)]
        assert values == [Decimal(text) for text in ("0.00", "250.00", "375.00", "450.00")]
        assert len(stays(deal.pk)) == 1
        assert stage_hours(deal.pk, NOON + 3 * HOUR) == {"qualified": Decimal("3.00")}

    def test_lines_say_the_amount(self) -> None:
        deal = make_deal()
        lines = [DealLineDraft(qty=Decimal(3), unit_price=Decimal("549.90"), discount_pct=Decimal("7.5"), text="GP")]
        for _ in range(2):
            deal = set_lines(deal_id=deal.pk, lines=lines, at=NOON, by=SYSTEM)
        assert (deal.amount, StageChange.objects.count()) == (Decimal("1525.97"), 2)
        with pytest.raises(AmountFromLines):
            change_amount(deal_id=deal.pk, amount=Decimal(1), at=NOON, by=SYSTEM)
        set_lines(deal_id=deal.pk, lines=[], at=NOON, by=SYSTEM)
        assert change_amount(deal_id=deal.pk, amount=Decimal(1), at=NOON, by=SYSTEM).amount == 1

    def test_refusals(self) -> None:
        deal = make_deal()
        with pytest.raises(AmountNegative):
            change_amount(deal_id=deal.pk, amount=Decimal(-1), at=NOON, by=SYSTEM)
        for probability in (0, 100):
            with pytest.raises(ProbabilityOutOfRange):
                change_amount(deal_id=deal.pk, probability=probability, at=NOON, by=SYSTEM)

    def test_the_database_compares_amount_and_lines_at_commit(self) -> None:
        deal = make_deal()
        set_lines(deal_id=deal.pk, lines=[DealLineDraft(Decimal(1), Decimal(5))], at=NOON, by=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            deal.lines.update(net_amount=6)
            connection.check_constraints()


@pytest.mark.django_db
def test_roles_and_competitors_are_noted_once() -> None:
    deal, person = make_deal(), make_person()
    for number in range(2):
        add_role(deal_id=deal.pk, person_id=person.pk, role="decider", by=SYSTEM)
        add_competitor(deal_id=deal.pk, name="Rival", price=Decimal(100 + number), by=SYSTEM)
    assert DealRole.objects.count() == 1
    assert DealCompetitor.objects.get().price == 101
