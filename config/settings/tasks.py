"""How background work is done: repeatable, never lost. `config.checks` refuses weaker settings."""

from core.schedule import CORE_SCHEDULE
from crm.schedule import CRM_SCHEDULE
from inventory.schedule import INVENTORY_SCHEDULE
from sales.schedule import SALES_SCHEDULE
from support.schedule import SUPPORT_SCHEDULE

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True

# Seconds. A task may name shorter limits of its own, never longer ones.
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TASK_TIME_LIMIT = 900
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A message is handed out again when its worker kept silent this long: it must outlast every task twice over.
    "visibility_timeout": 1800,
    "unacked_restore_throttle": 1,
    # A page that tells a worker to begin gives up at once when the broker is away; the sweepers find the work.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
    "socket_connect_timeout": 2,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_RESULT_BACKEND = "django-db"
CELERY_RESULT_EXTENDED = True
CELERY_RESULT_EXPIRES = 7 * 24 * 3600
CELERY_CACHE_BACKEND = "default"

CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    **CORE_SCHEDULE, **CRM_SCHEDULE, **INVENTORY_SCHEDULE, **SALES_SCHEDULE, **SUPPORT_SCHEDULE,
}  # fmt: skip
