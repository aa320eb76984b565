from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed
from sales.models import Deal, Pipeline, Stage, StageChange
from sales.services.pipelines import create_pipeline
from tests.factories.core import make_user
from tests.factories.sales import STAGES, make_deal, make_pipeline

pytestmark = pytest.mark.django_db


def test_a_pipeline_is_set_up_once_and_the_newest_default_wins() -> None:
    first = make_pipeline()
    assert make_pipeline().pk == first.pk
    second = make_pipeline(code="projects")
    assert Pipeline.objects.get(is_default=True) == second
    assert Stage.objects.filter(pipeline=first).count() == len(STAGES)


@pytest.mark.parametrize("stages", [STAGES[:5], STAGES[:4] + STAGES[5:], STAGES[4:], (*STAGES, STAGES[4])])
def test_an_open_one_won_and_a_lost_stage_are_needed(stages) -> None:
    with pytest.raises(InvalidValue):
        create_pipeline(code="x", name="X", stages=stages, by=SYSTEM)
    assert not Pipeline.objects.exists()


def test_the_database_keeps_stages_in_order_and_used_ones_for_good() -> None:
    deal = make_deal()
    with pytest.raises(ProtectedError):
        deal.stage.delete()
    for wrong in ({"probability": 0}, {"category": "won", "probability": 100}, {"position": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stage.objects.filter(code="qualified").update(**wrong)


def test_rights_and_visibility() -> None:
    seller = make_user("seller")
    with pytest.raises(NotAllowed):
        create_pipeline(code="x", name="X", stages=STAGES, by=seller)
    own = make_deal(owner=seller)
    make_deal(owner=make_user("seller"))
    assert list(Deal.objects.visible_to(seller)) == [own]
    assert StageChange.objects.visible_to(seller).get().deal == own
    assert Pipeline.objects.visible_to(seller).count() == 1
