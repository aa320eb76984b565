from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ReminderInThePast(DomainError):
    code = "reminder_in_the_past"
    message = _("Choose a moment that is still to come.")


class RecordNotSeen(DomainError):
    code = "record_not_seen"
    message = _("You can only be reminded of a record that you may see.")
