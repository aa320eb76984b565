from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Makes the Celery application known to every process that may start a task, and registers our checks."""

    name = "config"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401
