"""Refuses settings under which background work could be lost, doubled without need, or hang for ever."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.admin.checks import check_admin_app
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import autodiscover_modules

JSON_ONLY = ("CELERY_TASK_SERIALIZER", "CELERY_RESULT_SERIALIZER")
MUST_BE = {
    "CELERY_TASK_ACKS_LATE": True,  # otherwise a killed worker takes its tasks along
    "CELERY_TASK_REJECT_ON_WORKER_LOST": True,  # otherwise a killed pool process does
    "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,  # otherwise a slow task holds others back
}


@register()
def background_work_is_never_lost(**_kwargs: Any) -> list[CheckMessage]:
    return [Error(text, id=f"hypercrm.{code}") for code, text in weak_settings()]


@register()
def every_task_has_time_limits(**_kwargs: Any) -> list[CheckMessage]:
    """No task may run longer than the general limits allow, or it would be handed out twice."""
    from config.celery import app

    longest = settings.CELERY_TASK_TIME_LIMIT or 0
    autodiscover_modules("tasks")
    return [
        Error(f"Task {name} may run {task.time_limit} s, longer than the {longest} s for all", id="hypercrm.E006")
        for name, task in sorted(app.tasks.items())
        if task.time_limit and task.time_limit > longest
    ]


@register()
def administration_is_well(**_kwargs: Any) -> list[CheckMessage]:
    """Its pages are loaded late, so Django's own check would find none of them."""
    import_module("config.administration")
    return check_admin_app(None)


def weak_settings() -> Iterator[tuple[str, str]]:
    for name, value in MUST_BE.items():
        if getattr(settings, name, None) != value:
            yield "E001", f"{name} must be {value}"
    soft, hard = settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT
    if not soft or not hard or soft >= hard:
        yield "E002", "CELERY_TASK_SOFT_TIME_LIMIT must be set and lie below CELERY_TASK_TIME_LIMIT"
    transport = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    if transport.get("visibility_timeout", 0) < 2 * (hard or 0):
        yield "E003", "visibility_timeout must be at least twice CELERY_TASK_TIME_LIMIT"
    if transport.get("unacked_restore_throttle") != 1:
        yield "E004", "unacked_restore_throttle must be 1, so that tasks of a killed worker come back soon"
    if settings.CELERY_ACCEPT_CONTENT != ["json"] or any(getattr(settings, name) != "json" for name in JSON_ONLY):
        yield "E005", "Tasks and results must be JSON only"
