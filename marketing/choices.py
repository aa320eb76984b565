from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CampaignStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")


class TouchKind(TextChoices):
    FORM = "form", _("Web form")
    CLICK = "click", _("Click")
    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    OTHER = "other", _("Other")
