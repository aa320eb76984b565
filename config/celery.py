"""The Celery application: tasks are found in each app's `tasks.py`, schedules live in the database."""

import gc
import logging.config
import os
import signal
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Thread
from typing import Any

from celery import Celery, platforms
from celery.signals import beat_embedded_init, setup_logging, worker_init, worker_process_init, worker_ready
from celery.worker import state
from django.apps import apps
from django.conf import settings
from django.db import Error, connections

from config.devstack.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

# Celery would run all checks of Django and not look at what they say: they load every page and the whole API, for
# which a worker has no use. `manage.py check` and each `migrate` run them and do look.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("hypercrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_everybody_does(**_kwargs: Any) -> None:
    """The worker's lines look like those of the web process."""
    logging.config.dictConfig(settings.LOGGING)


CLOCK_LOOKED_AT = 5.0  # seconds
NEEDED_BY_ALL = (
    "celery.apps.worker", "celery.concurrency.prefork", "celery.worker.autoscale", "kombu.transport.redis",
    "billiard.pool", "celery.beat", "celery.worker.components", "celery.worker.consumer", "celery.worker.strategy",
    "django_celery_beat.schedulers", "django_celery_results.backends.database", "billiard.popen_fork",
    "billiard.synchronize", "billiard.heap", "core.api.services.webhooks",
)  # fmt: skip
_worker: dict[str, int] = {}


@worker_init.connect
def share_memory(**_kwargs: Any) -> None:
    """What is loaded before the pool is forked stays out of the garbage collector's way, and so stays shared."""
    _worker["pid"] = os.getpid()
    load_what_all_need()
    gc.collect()
    gc.freeze()


@cache
def load_what_all_need() -> None:
    """What each process of the worker would load and work out for itself at its first task is there before the fork.

    A program that forks the worker calls it before; the worker itself does not do it again then.
    """
    app.loader.import_default_modules()
    app.finalize()
    for name in NEEDED_BY_ALL:
        import_module(name)
    # Celery would parse a line of C in each process to end it with its parent, which `leave_no_orphan` does anyway.
    platforms.set_pdeathsig = lambda _name: None
    for model in apps.get_models(include_auto_created=True):
        # Which models point at which, and the fields of each by name: the first query of a process asks for them.
        meta = model._meta
        _fields = meta.fields_map, meta._forward_fields_map, meta.related_objects, meta.concrete_fields  # type: ignore[attr-defined]
        _made = model._default_manager.all().query.get_compiler("default")
    with suppress(Error):  # no database yet, or an empty one
        import_module("django_celery_beat.models").PeriodicTask.objects.filter(enabled=True).exists()
    connections.close_all()  # a connection is nothing to share between processes


@worker_process_init.connect
@beat_embedded_init.connect
def leave_no_orphan(**_kwargs: Any) -> None:
    """A pool process and the clock go with their worker; its task was not acknowledged and runs again elsewhere.

    The worker's number was noted before the fork: one that died before this line has another parent's by now.
    """
    end_with_parent(_worker.get("pid", os.getppid()), signal.SIGKILL)
    gc.freeze()  # what the worker has loaded since it was noted above stays shared as well


@worker_ready.connect
def go_with_the_clock(sender: Any, **_kwargs: Any) -> None:
    """A worker started with `--beat` carries the clock as a process of its own; without it the worker ends too.

    Whoever watches the worker starts both again. So nothing that is due stays undone without anybody noticing.
    """
    clock = getattr(sender.controller, "beat", None)
    if clock is not None:
        Thread(target=_watch, args=(clock,), name="clock", daemon=True).start()


def _watch(clock: Any) -> None:
    while clock.is_alive():
        time.sleep(CLOCK_LOOKED_AT)
    if state.should_stop is None:
        logging.getLogger(__name__).error("the clock has stopped, the worker ends")
        os.kill(os.getpid(), signal.SIGTERM)
