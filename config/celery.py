"""The Celery application: tasks are found in each app's `tasks.py`, schedules live in the database."""

import gc
import logging.config
import os
import signal
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django.conf import settings

from config.devstack.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("hypercrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_everybody_does(**_kwargs: Any) -> None:
    """The worker's lines look like those of the web process."""
    logging.config.dictConfig(settings.LOGGING)


_worker: dict[str, int] = {}


@worker_init.connect
def share_memory(**_kwargs: Any) -> None:
    """What is loaded before the pool is forked stays out of the garbage collector's way, and so stays shared."""
    _worker["pid"] = os.getpid()
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def leave_no_orphan(**_kwargs: Any) -> None:
    """A pool process goes with its worker; its task was not acknowledged and runs again elsewhere.

    The worker's number was noted before the fork: one that died before this line has another parent's by now.
    """
    end_with_parent(_worker.get("pid", os.getppid()), signal.SIGKILL)
