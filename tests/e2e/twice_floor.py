"""The presses of the shop floor: an operator starts, pauses and finishes what is planned at his work centre."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.urls import reverse

from core.actors import SYSTEM
from production.models import Operation
from production.services import work
from tests.e2e.twice import Act, Scene, somebody
from tests.e2e.twice_making import AT, _work

DO = "operator"


def _cut() -> Operation:
    return _work().operations.order_by("sequence")[0]


def _floor(operation: Operation, meddle: Callable[[], Any] | None) -> Scene:
    return Scene(reverse("production:floor_center", args=[operation.center_id]), {}, meddle)


def start(_user: Any) -> Scene:
    operation = _cut()
    return _floor(operation, lambda: work.start_operation(operation_id=operation.pk, at=AT, by=somebody(DO)))


def _started(user: Any) -> Operation:
    return work.start_operation(operation_id=_cut().pk, at=AT, by=user)


def pause(user: Any) -> Scene:
    operation = _started(user)
    return _floor(operation, lambda: work.finish_operation(operation_id=operation.pk, at=AT, by=somebody(DO)))


def finish(user: Any) -> Scene:
    operation = _started(user)
    order = operation.work_order_id
    return _floor(operation, lambda: work.close_work_order(work_order_id=order, at=AT, by=SYSTEM))


def block(user: Any) -> Scene:
    operation = _started(user)
    scene = _floor(operation, lambda: work.finish_operation(operation_id=operation.pk, at=AT, by=somebody(DO)))
    return replace(scene, typed={"cause": "tool"})


def _press(name: str, prepare: Callable[[Any], Scene], changes: str) -> Act:
    button = ("do", name)
    return Act(f"floor: {name}", DO, prepare, button, again="same", changes=changes, form="kiosk-work", leads=True)


ACTS = [
    _press("start", start, "Ben Hale"),
    _press("pause", pause, "done"),
    _press("finish", finish, "losed"),
    _press("block", block, "done"),
]
