from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DocumentState(TextChoices):
    WAITING = "waiting", _("Being made")
    MAKING = "making", _("Being made now")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")


OPEN = (DocumentState.WAITING, DocumentState.MAKING)
