from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed, StaleVersion
from crm.choices import ClientStatus
from crm.errors import (
    CreditLimitNegative,
    EndsBeforeItBegins,
    ForeignSuccessor,
    NameMissing,
    ReasonMissing,
    SuccessorCircle,
    TaxNumberTaken,
)
from crm.models import Client, LegalEntity
from crm.selectors.clients import clients_visible_to, entities_valid_on
from crm.services.clients import (
    activate_client,
    add_legal_entity,
    block_client,
    change_client,
    change_legal_entity,
    create_client,
    end_legal_entity,
    unblock_client,
)
from tests.factories.core import make_branch, make_team, make_user
from tests.factories.crm import MORNING, make_client, make_legal_entity

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


def test_a_new_client_belongs_to_its_maker() -> None:
    seller = make_user("seller")
    client = create_client(name=" Bluehaven ", by=seller, segment="gold")
    assert (client.name, client.owner, client.created_by, client.segment) == ("Bluehaven", seller, seller, "gold")
    with pytest.raises(NameMissing):
        create_client(name=" ", by=seller)
    with pytest.raises(InvalidValue):
        create_client(name="X", by=seller, is_superuser=True)
    with pytest.raises(NotAllowed):
        create_client(name="X", by=make_user("operator"))


def test_a_credit_limit_is_not_the_sellers_to_give() -> None:
    seller, client = make_user("seller"), make_client()
    with pytest.raises(NotAllowed):
        create_client(name="X", by=seller, credit_limit=Decimal(1))
    with pytest.raises(CreditLimitNegative):
        change_client(client_id=client.pk, by=SYSTEM, changes={"credit_limit": Decimal("-0.01")})
    changed = change_client(client_id=client.pk, by=make_user("accountant"), changes={"credit_limit": Decimal(500)})
    assert changed.credit_limit == 500
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.update(credit_limit=-1)


def test_an_old_form_is_refused_and_an_unchanged_one_writes_nothing() -> None:
    client = make_client(segment="a")
    changed = change_client(client_id=client.pk, by=SYSTEM, changes={"segment": "b"}, version=client.version)
    assert changed.version == client.version + 1
    with pytest.raises(StaleVersion):
        change_client(client_id=client.pk, by=SYSTEM, changes={"segment": "c"}, version=client.version)
    same = change_client(client_id=client.pk, by=SYSTEM, changes={"segment": "b"}, version=changed.version)
    assert same.version == changed.version


def test_blocking_needs_a_reason_and_survives_activation() -> None:
    client = make_client()
    with pytest.raises(ReasonMissing):
        block_client(client_id=client.pk, reason="", at=MORNING, by=SYSTEM)
    with pytest.raises(NotAllowed):
        block_client(client_id=client.pk, reason="x", at=MORNING, by=make_user("seller"))
    for _ in range(2):
        blocked = block_client(client_id=client.pk, reason="Unpaid", at=MORNING, by=SYSTEM)
    assert activate_client(client_id=client.pk, at=MORNING, by=SYSTEM).status == ClientStatus.BLOCKED
    assert blocked.version == client.version + 1
    assert unblock_client(client_id=client.pk, at=MORNING, by=SYSTEM).status == ClientStatus.ACTIVE


def test_a_tax_number_is_used_once_per_country() -> None:
    entity = make_legal_entity(country="DE", tax_id="123")
    with pytest.raises(TaxNumberTaken):
        make_legal_entity(country="DE", tax_id="123")
    make_legal_entity(country="FR", tax_id="123")
    other = make_legal_entity(country="DE")
    with pytest.raises(TaxNumberTaken):
        change_legal_entity(entity_id=other.pk, by=SYSTEM, changes={"tax_id": "123"})
    change_legal_entity(entity_id=entity.pk, by=SYSTEM, changes={"tax_id": "123", "payment_days": 30})
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalEntity.objects.filter(pk=other.pk).update(tax_id="123")


class TestEnding:
    def test_a_successor_continues_an_entity_of_the_same_client(self) -> None:
        old = make_legal_entity(valid_from=date(2020, 1, 1))
        new = make_legal_entity(old.client)
        for _ in range(2):
            ended = end_legal_entity(entity_id=old.pk, on=DAY, successor_id=new.pk, by=SYSTEM)
        assert (ended.valid_to, ended.successor, ended.version) == (DAY, new, old.version + 1)
        assert old in entities_valid_on(DAY, client_id=old.client_id)
        assert old not in entities_valid_on(date(2026, 7, 1), client_id=old.client_id)

    def test_refusals(self) -> None:
        old = make_legal_entity(valid_from=date(2026, 7, 1))
        with pytest.raises(EndsBeforeItBegins):
            end_legal_entity(entity_id=old.pk, on=DAY, by=SYSTEM)
        foreign = make_legal_entity()
        with pytest.raises(ForeignSuccessor):
            end_legal_entity(entity_id=old.pk, on=date(2026, 8, 1), successor_id=foreign.pk, by=SYSTEM)
        second = make_legal_entity(old.client)
        end_legal_entity(entity_id=old.pk, on=date(2026, 8, 1), successor_id=second.pk, by=SYSTEM)
        with pytest.raises(SuccessorCircle):
            end_legal_entity(entity_id=second.pk, on=date(2026, 9, 1), successor_id=old.pk, by=SYSTEM)
        for wrong in (foreign.pk, old.pk):
            with pytest.raises(IntegrityError), transaction.atomic():
                LegalEntity.objects.filter(pk=old.pk).update(successor=wrong)


def test_who_sees_whom() -> None:
    branch = make_branch()
    seller, mate, head = make_user("seller"), make_user("seller"), make_user("head_of_sales", branches=[branch])
    make_team(seller, mate, head)
    own, mates, foreign = make_client(owner=seller), make_client(owner=mate, branch=branch), make_client()
    assert set(clients_visible_to(seller)) == {own}
    assert set(clients_visible_to(head)) == {mates}
    assert {own, mates, foreign} <= set(clients_visible_to(make_user("director")))
    with pytest.raises(NotAllowed):
        add_legal_entity(client_id=mates.pk, legal_name="X", by=seller)
