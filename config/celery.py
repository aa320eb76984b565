"""The Celery application: tasks are found in each app's `tasks.py`, schedules live in the database."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from config.devstack.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("hypercrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def leave_no_orphan(**_kwargs: Any) -> None:
    """A pool process goes with its worker; its task was not acknowledged and runs again elsewhere."""
    end_with_parent(os.getppid(), signal.SIGKILL)
