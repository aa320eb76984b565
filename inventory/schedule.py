"""What Celery beat has to call for `inventory`; the configuration merges it into its schedule."""

from celery.schedules import crontab

INVENTORY_SCHEDULE = {
    "inventory: fold the worth of warehouses": {"task": "inventory.fold_worth", "schedule": crontab(minute="*/10")},
}
