from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import ledgers
from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import Event, RecordLink
from crm.choices import TaskStatus
from crm.errors import ResultMissing, TaskCircle, TaskClosed, TaskWaits
from crm.models import Task, TaskDependency
from crm.selectors.steps import next_step_of
from crm.services.tasks import (
    add_dependency,
    block_task,
    cancel_task,
    create_task,
    finish_task,
    ready_task,
    start_task,
)
from tests.factories.core import make_user
from tests.factories.crm import MORNING, make_client, make_task


def finish(task: Task, **more: object) -> Task:
    return finish_task(task_id=task.pk, at=MORNING, by=SYSTEM, **more)


def status(task: Task) -> str:
    return Task.objects.values_list("status", flat=True).get(pk=task.pk)


@pytest.mark.django_db
class TestTasks:
    def test_the_same_key_is_one_task(self) -> None:
        first = make_task(key="order:1:pack", title="Pack")
        assert make_task(key="order:1:pack", title="Other").pk == first.pk
        assert Task.objects.count() == 1

    def test_a_task_waits_for_all_its_predecessors(self) -> None:
        one, two = make_task(), make_task()
        last = make_task(needs=[one.pk, two.pk])
        assert last.status == TaskStatus.TODO
        with pytest.raises(TaskWaits):
            finish(last)
        with pytest.raises(TaskWaits):
            ready_task(task_id=last.pk, by=SYSTEM)
        finish(one)
        assert status(last) == TaskStatus.TODO
        finish(two)
        assert status(last) == TaskStatus.READY

    def test_finishing_twice_changes_nothing(self) -> None:
        task = make_task()
        first = finish(task, result="fine")
        again = finish(task, result="other")
        assert (again.result, again.done_at, again.version) == ("fine", MORNING, first.version)
        assert Event.objects.filter(name="crm.TaskDone").count() == 1

    def test_a_waiting_task_without_predecessors_begins_when_told(self) -> None:
        task = make_task(status=TaskStatus.TODO)
        finish(make_task())
        assert status(task) == TaskStatus.TODO
        for _ in range(2):
            ready_task(task_id=task.pk, by=SYSTEM)
        assert status(task) == TaskStatus.READY

    def test_a_held_task_is_not_readied_by_its_predecessor(self) -> None:
        first = make_task()
        held = make_task(needs=[first.pk])
        block_task(task_id=held.pk, by=SYSTEM)
        finish(first)
        assert status(held) == TaskStatus.BLOCKED
        ready_task(task_id=held.pk, by=SYSTEM)
        assert status(held) == TaskStatus.READY

    def test_a_needed_result_is_demanded(self) -> None:
        task = make_task(needs_result=True)
        with pytest.raises(ResultMissing):
            finish(task)
        assert finish(task, result="Signed").result == "Signed"
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.update(result="")

    def test_cancelled_work_stays_cancelled_and_its_followers_wait(self) -> None:
        first = make_task()
        second = make_task(needs=[first.pk])
        cancel_task(task_id=first.pk, by=SYSTEM)
        cancel_task(task_id=first.pk, by=SYSTEM)
        with pytest.raises(TaskClosed):
            finish(first)
        assert status(second) == TaskStatus.TODO
        done = finish(make_task())
        with pytest.raises(TaskClosed):
            cancel_task(task_id=done.pk, by=SYSTEM)
        with pytest.raises(TaskClosed):
            block_task(task_id=done.pk, by=SYSTEM)

    def test_taking_work_makes_one_its_assignee(self) -> None:
        keeper = make_user("storekeeper")
        task = start_task(task_id=make_task().pk, by=keeper)
        assert (task.status, task.assignee) == (TaskStatus.DOING, keeper)

    def test_a_new_dependency_stops_a_ready_task(self) -> None:
        first, second = make_task(), make_task()
        for _ in range(2):
            add_dependency(task_id=second.pk, needs_id=first.pk, by=SYSTEM)
        assert status(second) == TaskStatus.TODO
        with pytest.raises(TaskCircle):
            add_dependency(task_id=first.pk, needs_id=second.pk, by=SYSTEM)
        with pytest.raises(TaskCircle):
            add_dependency(task_id=first.pk, needs_id=first.pk, by=SYSTEM)

    def test_the_database_refuses_circles(self) -> None:
        one, two, three = make_task(), make_task(), make_task()
        for task, needs in ((two, one), (three, two)):
            TaskDependency.objects.create(task=task, needs=needs)
        for task, needs in ((one, three), (one, one)):
            with pytest.raises(IntegrityError), transaction.atomic():
                TaskDependency.objects.create(task=task, needs=needs)

    def test_links_and_rights(self) -> None:
        client = make_client()
        seller = make_user("seller")
        task = create_task(title="Call", links=[client], assignee_id=seller.pk, by=seller)
        assert RecordLink.objects.get().target == client
        with pytest.raises(NotAllowed):
            finish_task(task_id=task.pk, at=MORNING, by=make_user("seller"))
        with pytest.raises(NotAllowed):
            create_task(title="No role", by=make_user())
        finish_task(task_id=task.pk, at=MORNING, by=seller)


class TestCircles(TestCase):
    """Whatever dependencies are asked for, those granted form no circle: against a slow reference."""

    @settings(max_examples=25, deadline=None)
    @given(pairs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=14))
    def test_granted_dependencies_form_no_circle(self, pairs: list[tuple[int, int]]) -> None:
        tasks = [make_task() for _ in range(6)]
        granted: set[tuple[int, int]] = set()
        for task, needs in pairs:
            allowed = task != needs and not _path(granted, needs, task)
            with suppress(TaskCircle):
                add_dependency(task_id=tasks[task].pk, needs_id=tasks[needs].pk, by=SYSTEM)
                assert allowed
                granted.add((task, needs))
            assert allowed == ((task, needs) in granted)
        assert TaskDependency.objects.count() == len(granted)
        _invariant, check = ledgers.registered()["crm: tasks wait in no circle"]
        assert not list(check())


def _path(edges: set[tuple[int, int]], start: int, goal: int) -> bool:
    return any(needs == goal or _path(edges, needs, goal) for task, needs in edges if task == start)


@pytest.mark.django_db
def test_what_comes_after_the_next_step_is_told_too_but_for_duties():
    client, now = make_client(), timezone.now()
    for days, title, kind in ((2, "Visit", "general"), (1, "Call", "call"), (3, "Measure", "duty")):
        make_task(title=title, kind=kind, due_at=now + timedelta(days=days), links=[client])
    step = next_step_of(client, make_user("director"))
    assert (step.title, [one.title for one in step.later]) == ("Call", ["Visit"])
