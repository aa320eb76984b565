"""The Celery application: tasks are found in each app's `tasks.py`, schedules live in the database."""

import gc
import logging.config
import os
import signal
import time
from threading import Thread
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, setup_logging, worker_init, worker_process_init, worker_ready
from celery.worker import state
from django.conf import settings

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
_worker: dict[str, int] = {}


@worker_init.connect
def share_memory(**_kwargs: Any) -> None:
    """What is loaded before the pool is forked stays out of the garbage collector's way, and so stays shared."""
    _worker["pid"] = os.getpid()
    gc.collect()
    gc.freeze()


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
