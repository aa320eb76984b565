"""Recipes: drafted, put into force, closed; never in a circle, never two at a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from psycopg2.extras import DateRange

from core.actors import SYSTEM
from core.errors import NotAllowed, StaleVersion
from production.choices import BOMStatus
from production.errors import BomCycle, BomEmpty, BomNotDraft, BomOverlaps
from production.models import BOM, BOMLine
from production.selectors.recipes import recipes_of
from production.services.recipes import PartDraft, activate_bom, create_bom, retire_bom, rewrite_bom
from tests.factories.core import make_user
from tests.factories.inventory import make_item
from tests.factories.production import make_bom, make_center

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def test_a_recipe_is_drafted_whole_and_then_in_force():
    table, top, center = make_item(), make_item(), make_center()
    draft = make_bom(table, [(top, "1.5", 4)], [(center, 30, 20)], active=False)
    assert (draft.status, draft.revision) == (BOMStatus.DRAFT, 1)
    assert recipes_of([table.pk], MARCH) == {}
    activate_bom(bom_id=draft.pk, by=SYSTEM)
    recipe = recipes_of([table.pk], MARCH)[table.pk]
    assert recipe.need(recipe.components[0], Decimal(3)) == Decimal("4.6800")
    assert recipe.minutes(recipe.steps[0], Decimal(3)) == Decimal("90.00")


def test_needs_and_minutes_are_per_batch():
    table, top, center = make_item(), make_item(), make_center()
    make_bom(table, [(top, 10)], [(center, 6, 45)], batch_qty=Decimal(4))
    recipe = recipes_of([table.pk], MARCH)[table.pk]
    assert recipe.need(recipe.components[0], Decimal(3)) == Decimal("7.5000")
    assert recipe.minutes(recipe.steps[0], Decimal(3)) == Decimal("39.75")


def test_activating_twice_changes_nothing():
    bom = make_bom()
    bom.refresh_from_db()
    before = bom.version
    activate_bom(bom_id=bom.pk, by=SYSTEM)
    bom.refresh_from_db()
    assert bom.version == before


def test_a_new_version_ends_the_one_before():
    table = make_item()
    first = make_bom(table, valid_from=MARCH)
    second = make_bom(table, valid_from=APRIL)
    first.refresh_from_db()
    assert (first.status, first.valid.upper, second.revision) == (BOMStatus.ACTIVE, APRIL, 2)
    assert recipes_of([table.pk], date(2026, 3, 31))[table.pk].bom_id == first.pk
    assert recipes_of([table.pk], APRIL)[table.pk].bom_id == second.pk


def test_a_version_that_begins_inside_the_period_stands_in_the_way():
    table = make_item()
    make_bom(table, valid_from=APRIL)
    early = make_bom(table, valid_from=MARCH, active=False)
    with pytest.raises(BomOverlaps):
        activate_bom(bom_id=early.pk, by=SYSTEM)
    early.refresh_from_db()
    assert early.status == BOMStatus.DRAFT


def test_a_retired_recipe_is_known_for_the_days_it_was_in_force():
    table = make_item()
    bom = make_bom(table, valid_from=MARCH)
    for _twice in range(2):
        retire_bom(bom_id=bom.pk, on=APRIL, by=SYSTEM)
    assert recipes_of([table.pk], date(2026, 3, 31))[table.pk].bom_id == bom.pk
    assert recipes_of([table.pk], APRIL) == {}
    with pytest.raises(BomNotDraft):
        activate_bom(bom_id=bom.pk, by=SYSTEM)


def test_nothing_contains_itself_over_any_number_of_levels():
    items = [make_item(f"PART-{number}") for number in range(4)]
    closing = make_bom(items[3], [(items[0], 1)], active=False)
    for whole, part in pairwise(items):
        make_bom(whole, [(part, 1)])
    with pytest.raises(BomCycle) as refused:
        activate_bom(bom_id=closing.pk, by=SYSTEM)
    assert str(refused.value) == "PART-3 would contain itself: PART-3 → PART-0 → PART-1 → PART-2 → PART-3."
    closing.refresh_from_db()
    assert closing.status == BOMStatus.DRAFT


def test_an_item_is_not_its_own_part():
    table = make_item()
    with pytest.raises(BomCycle) as refused:
        make_bom(table, [(table, 1)], active=False)
    assert refused.value.through == table.pk
    assert not BOM.objects.exists()


def test_a_circle_is_refused_while_it_is_drafted_and_names_the_component():
    whole, part, other = make_item(), make_item(), make_item()
    make_bom(whole, [(part, 1)])
    with pytest.raises(BomCycle) as refused:
        make_bom(part, [(other, 2), (whole, 1)], active=False)
    assert refused.value.through == whole.pk


def test_a_draft_is_written_anew_whole_and_only_a_draft():
    part, other = make_item(), make_item()
    bom = make_bom(parts=[(part, 1)], active=False)
    rewritten = rewrite_bom(
        bom_id=bom.pk, parts=[PartDraft(other.pk, Decimal(2))], steps=[], batch_qty=Decimal(5), version=1, by=SYSTEM
    )
    assert (rewritten.batch_qty, rewritten.lines.get().item) == (Decimal(5), other)
    with pytest.raises(StaleVersion):
        rewrite_bom(bom_id=bom.pk, parts=[], steps=[], batch_qty=Decimal(1), version=1, by=SYSTEM)
    activate_bom(bom_id=bom.pk, by=SYSTEM)
    with pytest.raises(BomNotDraft):
        rewrite_bom(bom_id=bom.pk, parts=[PartDraft(part.pk, Decimal(1))], steps=[], batch_qty=Decimal(1), by=SYSTEM)


def test_a_circle_in_different_times_is_none():
    one, two = make_item(), make_item()
    make_bom(one, [(two, 1)], valid_from=MARCH, valid_to=APRIL)
    make_bom(two, [(one, 1)], valid_from=APRIL, valid_to=MAY)
    assert BOM.objects.filter(status=BOMStatus.ACTIVE).count() == 2


def test_an_empty_recipe_is_refused():
    with pytest.raises(BomEmpty):
        create_bom(item_id=make_item().pk, parts=[], by=SYSTEM)


def test_only_who_may_writes_recipes():
    item, part = make_item(), make_item()
    with pytest.raises(NotAllowed):
        create_bom(item_id=item.pk, parts=[PartDraft(part.pk, Decimal(1))], by=make_user("operator"))
    assert not BOM.objects.exists()
    bom = create_bom(item_id=item.pk, parts=[PartDraft(part.pk, Decimal(1))], by=make_user("production_lead"))
    for verb in (activate_bom, lambda **given: retire_bom(on=MARCH, **given)):
        with pytest.raises(NotAllowed):
            verb(bom_id=bom.pk, by=make_user("seller"))


def test_the_database_refuses_two_recipes_at_a_time_and_quantities_of_nothing():
    bom = make_bom()
    with pytest.raises(IntegrityError), transaction.atomic():
        BOM.objects.create(item=bom.item, revision=9, status=BOMStatus.ACTIVE, valid=DateRange(MARCH, None))
    with pytest.raises(IntegrityError), transaction.atomic():
        BOMLine.objects.create(bom=bom, position=9, item=make_item(), qty=Decimal(0))
