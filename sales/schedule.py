"""What Celery beat has to call for `sales`; the configuration merges it into its schedule."""

from celery.schedules import crontab

SALES_SCHEDULE = {
    "sales: close quotes past their last day": {"task": "sales.expire_quotes", "schedule": crontab(minute="7")},
}
