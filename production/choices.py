from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BOMStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("Active")
    RETIRED = "retired", _("Retired")


class WorkOrderStatus(TextChoices):
    PLANNED = "planned", _("Planned")
    RELEASED = "released", _("Released")
    STARTED = "started", _("Started")
    DONE = "done", _("Done")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class OperationStatus(TextChoices):
    WAITING = "waiting", _("Waiting")
    READY = "ready", _("Ready")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")


class BlockCause(TextChoices):
    """Why a job cannot go on."""

    MATERIAL = "material", _("Material is missing or wrong")
    MACHINE = "machine", _("The machine stands")
    TOOL = "tool", _("A tool is missing")
    DRAWING = "drawing", _("The drawing is unclear")
    OTHER = "other", _("Something else")


class WipKind(TextChoices):
    MATERIAL = "material", _("Material issued")
    TIME = "time", _("Time reported")
    OUTPUT = "output", _("Output")
    SCRAP = "scrap", _("Scrap")
    LATE_COST = "late_cost", _("Cost learned late")
    SETTLEMENT = "settlement", _("Settled at closing")
