from django.apps import AppConfig

from core import telling, triggers

# Before the models of the apps below are read: they register their triggers.
triggers.keep_lists()
telling.tell_once()


class ConfigConfig(AppConfig):
    """Makes the Celery application known to every process that may start a task, and registers our checks."""

    name = "config"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401
