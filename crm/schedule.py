"""What Celery beat has to call for `crm`; the configuration merges it into its schedule."""

from celery.schedules import crontab

CRM_SCHEDULE = {
    "crm: tell of due tasks": {"task": "crm.tell_of_due_tasks", "schedule": crontab()},
    "crm: forget old quarantine": {"task": "crm.forget_old_quarantine", "schedule": crontab(hour="3", minute="57")},
}
