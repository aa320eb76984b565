"""What Celery beat has to call for `core`; the configuration merges it into its schedule."""

from celery.schedules import crontab

CORE_SCHEDULE = {
    "core: forget ended sessions": {"task": "core.forget_ended_sessions", "schedule": crontab(hour="3", minute="41")},
    "core: deliver events left behind": {"task": "core.sweep_events", "schedule": 60.0},
    "core: send messages left behind": {"task": "core.sweep_outbox", "schedule": 60.0},
    "core: take up jobs left behind": {"task": "core.sweep_jobs", "schedule": 60.0},
    "core: remove old files of jobs": {"task": "core.remove_old_job_files", "schedule": crontab(hour="3", minute="23")},
    "core: mail notices left behind": {"task": "core.mail_notices", "schedule": 60.0},
    "core: tell reminders": {"task": "core.tell_reminders", "schedule": crontab()},
    "core: write daily mails": {"task": "core.send_digests", "schedule": crontab(minute="*/15")},
    "core: forget old notices": {"task": "core.forget_old_notices", "schedule": crontab(hour="3", minute="37")},
    "core: make papers left behind": {"task": "core.sweep_documents", "schedule": 60.0},
    "core: settle indexes of own fields": {"task": "core.settle_own_indexes", "schedule": crontab(minute="*/10")},
    "core: forget old keys": {"task": "core.forget_old_keys", "schedule": crontab(minute="17")},
}
