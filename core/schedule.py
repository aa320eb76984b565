"""What Celery beat has to call for `core`; the configuration merges it into its schedule."""

from celery.schedules import crontab

CORE_SCHEDULE = {
    "core: deliver events left behind": {"task": "core.sweep_events", "schedule": 60.0},
    "core: send messages left behind": {"task": "core.sweep_outbox", "schedule": 60.0},
    "core: take up jobs left behind": {"task": "core.sweep_jobs", "schedule": 60.0},
    "core: remove old files of jobs": {"task": "core.remove_old_job_files", "schedule": crontab(hour="3", minute="23")},
    "core: forget old keys": {"task": "core.forget_old_keys", "schedule": crontab(minute="17")},
}
