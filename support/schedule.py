"""What Celery beat has to call for `support`; the configuration merges it into its schedule."""

from celery.schedules import crontab

SUPPORT_SCHEDULE = {
    "support: forget old uploads": {"task": "support.forget_old_uploads", "schedule": crontab(hour="3", minute="51")},
}
