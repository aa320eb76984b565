from celery import shared_task
from django.utils import timezone

from core import doorbell, events
from core.access import sessions
from core.customfields.tasks import settle_own_indexes  # noqa: F401 - for Celery, which looks here
from core.documents.tasks import make_document, sweep_documents  # noqa: F401 - for Celery, which looks here
from core.jobs import files, turns
from core.notices import digest, mails, reminders, retention
from core.services import idempotency, outbox_sending


@shared_task(name="core.deliver_event", acks_late=True, soft_time_limit=60, time_limit=90)
def deliver_event(*, delivery_id: int) -> None:
    """Run one event delivery. A done one is left alone, so a second run changes nothing."""
    events.deliver(delivery_id)


@shared_task(name="core.sweep_events", acks_late=True, soft_time_limit=50, time_limit=55)
def sweep_events() -> int:
    """Every minute: deliver what a crash or a lost broker left behind."""
    return events.sweep()


@shared_task(name="core.send_message", acks_late=True, soft_time_limit=90, time_limit=100)
def send_message(*, message_id: int) -> None:
    """Send one mail or call. Only a due one can be claimed, so a second run finds nothing to do."""
    outbox_sending.send(message_id)


@shared_task(name="core.sweep_outbox", acks_late=True, soft_time_limit=50, time_limit=55)
def sweep_outbox() -> int:
    """Every minute: settle what a dead sender left open, and wake a worker for every message that is due."""
    outbox_sending.settle_lost_leases()
    return sum(doorbell.ring(send_message, message_id=message_id) for message_id in outbox_sending.due_messages())


@shared_task(name="core.forget_old_keys", acks_late=True, soft_time_limit=300, time_limit=330)
def forget_old_keys() -> int:
    """Every hour: remove the stored answers of commands that nobody repeats any more."""
    return idempotency.forget_old_keys()


@shared_task(name="core.run_job", acks_late=True, soft_time_limit=840, time_limit=900)
def run_job(*, job_id: int) -> None:
    """Take one turn at a job. Only a free one can be claimed, so a second run finds nothing to do."""
    turns.run(job_id)


@shared_task(name="core.sweep_jobs", acks_late=True, soft_time_limit=50, time_limit=55)
def sweep_jobs() -> int:
    """Every minute: wake a worker for each job that waits or whose worker fell silent."""
    return sum(doorbell.ring(run_job, job_id=job_id) for job_id in turns.due_jobs(at=timezone.now()))


@shared_task(name="core.remove_old_job_files", acks_late=True, soft_time_limit=300, time_limit=330)
def remove_old_job_files() -> int:
    """Every night: remove files of jobs whose time is over."""
    return files.remove_old(at=timezone.now())


@shared_task(name="core.mail_notices", acks_late=True, soft_time_limit=50, time_limit=55)
def mail_notices() -> int:
    """At once and every minute: put mails for notices that are to be mailed at once into the outbox."""
    return mails.send_waiting()


@shared_task(name="core.tell_reminders", acks_late=True, soft_time_limit=50, time_limit=55)
def tell_reminders() -> int:
    """Every minute: turn due reminders into notices."""
    return reminders.tell_due(at=timezone.now())


@shared_task(name="core.send_digests", acks_late=True, soft_time_limit=600, time_limit=660)
def send_digests() -> int:
    """Every 15 minutes: write the daily mail of everybody whose hour has come."""
    return digest.send_due(at=timezone.now())


@shared_task(name="core.forget_old_notices", acks_late=True, soft_time_limit=300, time_limit=330)
def forget_old_notices() -> int:
    """Every night: remove notices whose time is over."""
    return retention.forget_old(at=timezone.now())


@shared_task(name="core.forget_ended_sessions", acks_late=True, soft_time_limit=300, time_limit=330)
def forget_ended_sessions() -> int:
    """Every night: remove sessions that ran out, and what was written down about them."""
    return sessions.forget_ended(at=timezone.now())
