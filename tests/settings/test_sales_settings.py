"""Pipelines, stages and duties: a used stage is never deleted, the order is kept, one default."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.errors import InvalidValue, NotAllowed
from core.services.fingerprints import ChangedMeanwhile, fingerprint
from sales.errors import StageNeeded, StageNotEmpty, StageUsed
from sales.models import Pipeline, Stage
from sales.services import stages
from sales.services.pipelines import create_pipeline
from sales.setuppages import first_stages
from tests.factories import core as make
from tests.factories import sales

pytestmark = pytest.mark.django_db


@pytest.fixture
def pipeline() -> Pipeline:
    return create_pipeline(code="extra", name="Extra", stages=first_stages(), by=SYSTEM)


def names(pipeline: Pipeline) -> list[str]:
    return list(pipeline.stages.order_by("position").values_list("name", flat=True))


def test_a_new_stage_stands_behind_the_last_open_one(pipeline, admin):
    stages.add_stage(pipeline_id=pipeline.pk, code="visit", name="Visit", probability=50, by=admin)
    assert names(pipeline) == ["New", "Quote", "Decision", "Visit", "Won", "Lost"]
    with pytest.raises(InvalidValue):
        stages.add_stage(pipeline_id=pipeline.pk, code="visit", name="Twice", probability=50, by=admin)
    with pytest.raises(InvalidValue):
        stages.add_stage(pipeline_id=pipeline.pk, code="sure", name="Sure", probability=100, by=admin)
    with pytest.raises(InvalidValue):
        stages.add_stage(pipeline_id=pipeline.pk, code="w", name="W", probability=100, category="won", by=admin)


def test_stages_change_places_and_stop_at_the_ends(pipeline, admin):
    first = pipeline.stages.get(code="new")
    assert stages.move_stage(stage_id=first.pk, up=False, by=admin)
    assert names(pipeline)[:2] == ["Quote", "New"]
    assert stages.move_stage(stage_id=first.pk, up=True, by=admin)
    assert not stages.move_stage(stage_id=first.pk, up=True, by=admin)


def test_a_used_stage_goes_out_of_use_and_is_never_deleted(admin):
    deal = sales.make_deal()
    stage = deal.stage
    with pytest.raises(StageNotEmpty):
        stages.retire_stage(stage_id=stage.pk, by=admin)
    with pytest.raises(StageUsed):
        stages.delete_stage(stage_id=stage.pk, by=admin)
    assert Stage.objects.filter(pk=stage.pk, is_active=True).exists()


def test_an_unused_stage_is_retired_restored_and_deleted(pipeline, admin):
    stage = pipeline.stages.get(code="decision")
    assert stages.retire_stage(stage_id=stage.pk, by=admin)
    assert not stages.retire_stage(stage_id=stage.pk, by=admin)
    assert stages.restore_stage(stage_id=stage.pk, by=admin)
    stages.add_duty(stage_id=stage.pk, title="Call", by=admin)
    assert stages.delete_stage(stage_id=stage.pk, by=admin)
    assert not stages.delete_stage(stage_id=stage.pk, by=admin)


def test_a_pipeline_keeps_an_open_a_won_and_a_lost_stage(pipeline, admin):
    for code in ("won", "lost"):
        with pytest.raises(StageNeeded):
            stages.retire_stage(stage_id=pipeline.stages.get(code=code).pk, by=admin)
        with pytest.raises(StageNeeded):
            stages.delete_stage(stage_id=pipeline.stages.get(code=code).pk, by=admin)


def test_there_is_one_default_and_it_stays_in_use(pipeline, admin):
    old = sales.make_pipeline()
    stages.change_pipeline(pipeline_id=pipeline.pk, changes={"is_default": True}, by=admin)
    old.refresh_from_db()
    assert not old.is_default
    for changes in ({"is_default": False}, {"is_active": False}):
        with pytest.raises(InvalidValue):
            stages.change_pipeline(pipeline_id=pipeline.pk, changes=changes, by=admin)


def test_a_stage_is_changed_over_what_was_seen_by_who_may(pipeline, admin):
    stage = pipeline.stages.get(code="quote")
    seen = fingerprint(stage)
    stages.change_stage(stage_id=stage.pk, changes={"probability": 45}, seen=seen, by=admin)
    with pytest.raises(ChangedMeanwhile):
        stages.change_stage(stage_id=stage.pk, changes={"probability": 50}, seen=seen, by=admin)
    with pytest.raises(InvalidValue):
        stages.change_stage(stage_id=stage.pk, changes={"probability": 0}, by=admin)
    with pytest.raises(NotAllowed):
        stages.change_stage(stage_id=stage.pk, changes={"probability": 30}, by=make.make_user("seller"))


def test_duties_come_once_and_go(pipeline, admin, as_admin):
    stage = pipeline.stages.get(code="quote")
    for _ in range(2):
        as_admin.post(reverse("sales:settings_duty_new", args=[stage.pk]), {"title": "Call", "due_hours": "8"})
    duty = stage.duties.get()
    assert duty.due_hours == 8
    page = as_admin.get(reverse("sales:settings_stage", args=[stage.pk])).content.decode()
    assert "Call" in page
    as_admin.post(reverse("sales:settings_duty_remove", args=[duty.pk]))
    assert not stage.duties.exists()


def test_a_refused_verb_is_told_and_changes_nothing(as_admin):
    stage = sales.make_deal().stage
    answer = as_admin.post(reverse("sales:settings_stage_do", args=[stage.pk, "delete"]), follow=True)
    assert "history of deals" in answer.content.decode()
    assert Stage.objects.filter(pk=stage.pk).exists()
    assert as_admin.post(reverse("sales:settings_stage_do", args=[stage.pk, "explode"])).status_code == 404
