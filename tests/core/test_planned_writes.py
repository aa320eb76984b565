"""A record that is saved stands in the database as the ORM would store it, by a statement that is planned once."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F
from django.db.models.signals import post_save, pre_save
from django.test.utils import CaptureQueriesContext

from core import planned
from core.models import Branch
from core.models.writing import PlannedWrites
from crm.models import Client
from sales.models import Deal
from tests.factories.core import make_branch
from tests.factories.crm import make_client
from tests.factories.sales import make_deal

pytestmark = pytest.mark.django_db


def sent_by_name(start: str) -> list[str]:
    return [sql for sql, name in planned._names[connection.connection].items() if sql.startswith(start) and name]


def plain(record: models.Model) -> dict[str, object]:
    """All columns as the database has them."""
    return type(record).objects.filter(pk=record.pk).values().get()


def test_a_change_is_planned_and_stores_what_was_set():
    deal = make_deal()
    deal.amount, deal.expected_close, deal.lost_note = Decimal("12.30"), date(2027, 3, 1), "50% 'off'"
    deal.custom, deal.owner = {"own_text": 'a "quote"'}, None
    before = deal.version
    deal.save(update_fields=["amount", "expected_close", "lost_note", "custom", "owner"])
    stored = plain(deal)
    assert stored["version"] == before + 1
    assert (stored["amount"], stored["expected_close"]) == (Decimal("12.30"), date(2027, 3, 1))
    assert (stored["lost_note"], stored["custom"]) == ("50% 'off'", {"own_text": 'a "quote"'})
    assert stored["owner_id"] is None
    assert sent_by_name('UPDATE "sales_deal" SET')


def test_a_new_record_gets_what_the_database_fills_in():
    branch = make_branch(name="New")
    assert isinstance(branch.uuid, uuid.UUID)
    assert branch.created_at is not None
    assert plain(branch)["uuid"] == branch.uuid
    assert sent_by_name('INSERT INTO "core_branch"')


def test_it_is_the_record_that_the_orm_stores(monkeypatch):
    one = make_client(name="Alder")
    monkeypatch.delattr(PlannedWrites, "_do_insert")
    monkeypatch.delattr(PlannedWrites, "_do_update")
    other = make_client(name="Alder")
    its_own = {"id", "uuid", "created_at", "updated_at", "external_key", "branch_id", "owner_id"}
    assert {name: value for name, value in plain(one).items() if name not in its_own} == {
        name: value for name, value in plain(other).items() if name not in its_own
    }


def test_expressions_go_the_way_of_the_orm():
    deal = make_deal(amount=Decimal("10.00"))
    deal.amount = F("amount") + 5
    deal.save(update_fields=["amount"])
    assert plain(deal)["amount"] == Decimal("15.00")


def test_who_listens_is_told_as_ever():
    heard: list[tuple[str, bool]] = []

    def before(sender, instance, **_kwargs):
        heard.append(("before", False))

    def after(sender, instance, created, **_kwargs):
        heard.append(("after", created))

    pre_save.connect(before, sender=Branch)
    post_save.connect(after, sender=Branch)
    try:
        branch = make_branch()
        heard.clear()
        branch.save()
    finally:
        pre_save.disconnect(before, sender=Branch)
        post_save.disconnect(after, sender=Branch)
    assert heard == [("before", False), ("after", False)]


def test_a_record_that_is_gone_is_said_to_be():
    branch = make_branch()
    Branch.objects.filter(pk=branch.pk).update(name="There")
    gone = Branch(pk=branch.pk + 1_000_000, name="Gone", organization=branch.organization, code="gone")
    gone._state.adding = False
    with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
        gone.save(update_fields=["name"])


def test_a_save_takes_one_statement(django_assert_num_queries):
    deal = make_deal()
    with django_assert_num_queries(1), CaptureQueriesContext(connection) as sent:
        deal.save(update_fields=["name"])
    assert sent.captured_queries[0]["sql"].startswith('UPDATE "sales_deal" SET')


def test_all_records_of_people_are_stored_so():
    assert issubclass(Client, PlannedWrites)
    assert issubclass(Deal, PlannedWrites)
