"""A worker that is woken reads the very message that Celery would have sent."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
import structlog
from celery import Celery
from kombu import Connection, Queue
from redis import ConnectionError as NobodyThere

from core import doorbell
from core.doorbell import Bell, made_by_celery

app = Celery("bells", broker="memory://", set_as_current=False)
app.conf.task_default_queue = "bells"


@app.task(name="bells.deliver", soft_time_limit=60, time_limit=90)
def deliver(*, delivery_id: int) -> None:
    raise AssertionError("it is only handed over")


class Valkey:
    """Stands where the broker stands, and keeps what it is given."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str]] = []

    def lpush(self, queue: str, message: str) -> None:
        self.given.append((queue, message))


@pytest.fixture
def broker(monkeypatch):
    valkey = Valkey()
    queue, message = made_by_celery(deliver, {"delivery_id": 1})
    monkeypatch.setattr(doorbell, "_bells", {deliver: Bell(message, queue, valkey)})
    monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
    return valkey


def body(message: dict[str, Any]) -> Any:
    return json.loads(b64decode(message["body"]))


def test_it_is_the_message_that_celery_makes():
    queue, its_own = made_by_celery(deliver, {"delivery_id": 4711})
    _queue, other = made_by_celery(deliver, {"delivery_id": 1})
    task_id, tag = its_own["headers"]["id"], its_own["properties"]["delivery_tag"]
    ours = Bell(other, queue, None).saying({"delivery_id": 4711}, task_id, tag)
    assert queue == "bells"
    assert body(ours) == body(its_own) == [[], {"delivery_id": 4711}, dict.fromkeys(body(its_own)[2])]
    assert {**ours, "body": ""} == {**its_own, "body": ""}
    assert ours["headers"]["timelimit"] == [90, 60]


def test_a_worker_can_read_it(broker):
    assert doorbell.ring(deliver, delivery_id=12)
    ((queue, sent),) = broker.given
    with Connection("memory://") as connection, connection.channel() as channel:
        bound = Queue(queue)(channel)
        bound.declare()
        channel._put(queue, json.loads(sent))
        read = bound.get()
        assert read.payload[:2] == [[], {"delivery_id": 12}]
        assert read.headers["task"] == "bells.deliver"
        assert read.properties["correlation_id"] == read.headers["id"] == read.headers["root_id"]


def test_each_has_a_number_of_its_own(broker):
    for number in range(3):
        doorbell.ring(deliver, delivery_id=number)
    sent = [json.loads(message) for _queue, message in broker.given]
    assert len({message["headers"]["id"] for message in sent}) == 3
    assert len({message["properties"]["delivery_tag"] for message in sent}) == 3


def test_it_says_which_request_it_comes_from(broker):
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        doorbell.ring(deliver, delivery_id=1)
    doorbell.ring(deliver, delivery_id=2)
    first, second = (json.loads(message)["headers"]["__django_structlog__"] for _queue, message in broker.given)
    assert first["request_id"] == "abc"
    assert "request_id" not in second


def test_a_broker_that_went_away_is_left_alone_for_a_while(broker, monkeypatch):
    def fail(queue: str, message: str) -> None:
        raise NobodyThere

    monkeypatch.setattr(broker, "lpush", fail)
    assert doorbell.ring(deliver, delivery_id=1) is False
    monkeypatch.delattr(broker, "lpush")
    assert doorbell.ring(deliver, delivery_id=2) is False, "nobody waits for it again so soon"
    assert broker.given == []


def test_who_calls_from_a_task_is_noted_by_celery(broker, monkeypatch):
    called: list[dict[str, Any]] = []
    monkeypatch.setattr(type(app), "current_worker_task", deliver)
    monkeypatch.setattr(deliver, "apply_async", lambda **asked: called.append(asked))
    assert doorbell.ring(deliver, delivery_id=3)
    assert called == [{"kwargs": {"delivery_id": 3}, "retry": False}]
    assert broker.given == []
