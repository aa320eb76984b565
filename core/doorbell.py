"""Waking a worker. Only the doorbell: what is to be done stands in a table, and a sweeper looks there as well.

A message is what Celery makes of the task: one is made by it for each task of this process, and of the others only what
differs is written. Making all of each anew takes longer than all of what a small command says to the database.
"""

from __future__ import annotations

import json
import logging
import time
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from celery.signals import after_task_publish, before_task_publish
from kombu import Connection
from kombu.exceptions import OperationalError
from kombu.transport import memory
from redis import RedisError

logger = logging.getLogger(__name__)

QUIET_SECONDS = 10.0
_quiet_until = 0.0
_bells: dict[Any, Bell] = {}


def ring(task: Any, **arguments: Any) -> bool:
    """Hand a task to the broker; False when the broker does not answer, which nobody has to mind.

    After a failure this process leaves the broker alone for ten seconds, so that no page waits for each of many
    deliveries. How long a single try may take is set by CELERY_BROKER_TRANSPORT_OPTIONS.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        if task.app.conf.task_always_eager or task.app.current_worker_task is not None:  # which notes who called it
            task.apply_async(kwargs=arguments, retry=False)
        else:
            if task not in _bells:
                _bells[task] = Bell.of(task, arguments)
            _bells[task].ring(arguments)
    except (OperationalError, OSError, RedisError):
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("the broker does not answer", extra={"task": task.name})
        return False
    return True


@dataclass(frozen=True)
class Bell:
    """How one task is handed over: a message as Celery made it, and the queue it goes to."""

    message: dict[str, Any]
    queue: str
    client: Any  # its connections are shared by the threads of this process

    @classmethod
    def of(cls, task: Any, arguments: dict[str, Any]) -> Bell:
        queue, message = made_by_celery(task, arguments)
        message["headers"].pop("__django_structlog__", None)  # of this moment
        with task.app.connection_for_write().default_channel.conn_or_acquire() as client:
            return cls(message, queue, client)

    def ring(self, arguments: dict[str, Any]) -> None:
        said = self.saying(arguments, str(uuid4()), str(uuid4()))
        body: Any = ((), arguments, {})
        told = {"sender": said["headers"]["task"], "body": body, "headers": said["headers"], "exchange": ""}
        # Whoever notes where a task came from writes it into the message.
        before_task_publish.send(**told, routing_key=self.queue, properties=said["properties"])
        self.client.lpush(self.queue, json.dumps(said))
        after_task_publish.send(**told, routing_key=self.queue)

    def saying(self, arguments: dict[str, Any], task_id: str, tag: str) -> dict[str, Any]:
        """The message with arguments, under its own number."""
        headers = {**self.message["headers"], "id": task_id, "root_id": task_id, "kwargsrepr": repr(arguments)}
        body = json.dumps([[], arguments, dict.fromkeys(("callbacks", "errbacks", "chain", "chord"))])
        properties = {**self.message["properties"], "correlation_id": task_id, "delivery_tag": tag}
        return {**self.message, "body": b64encode(body.encode()).decode(), "headers": headers, "properties": properties}


def made_by_celery(task: Any, arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The queue and the message of a task as it would stand there."""
    with Connection("memory://") as nowhere:
        nowhere.transport.Channel = _Caught
        with nowhere.channel() as channel, task.app.amqp.Producer(channel) as producer:
            task.apply_async(kwargs=arguments, producer=producer, retry=False)
            caught: tuple[str, dict[str, Any]] = channel.caught
    return caught


class _Caught(memory.Channel):
    """Keeps what is put into a queue."""

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        self.caught = queue, message
