from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Mail(TextChoices):
    """Whether a notice goes out by e-mail as well."""

    NOW = "now", _("At once")
    DIGEST = "digest", _("In the daily mail")
    NEVER = "never", _("Never")


class Lead(IntegerChoices):
    """How long before a task is due its assignee hears of it, in minutes."""

    AT_DUE = 0, _("When it is due")
    QUARTER = 15, _("15 minutes before")
    HOUR = 60, _("1 hour before")
    DAY = 1440, _("1 day before")


DIGEST_HOUR = 8
