from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunState(TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    MAPPED = "mapped", _("Columns assigned")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    IMPORTING = "importing", _("Being imported")
    DONE = "done", _("Imported")
    FAILED = "failed", _("Stopped")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


BUSY = (RunState.CHECKING, RunState.IMPORTING, RunState.UNDOING)


class RowState(TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    TWIN = "twin", _("Likely there already")
    BAD = "bad", _("With errors")
    HELD = "held", _("Held back")


class TwinAction(TextChoices):
    SKIP = "skip", _("Leave out")
    UPDATE = "update", _("Update the known one")
    CREATE = "create", _("Create anyway")


class ChangeKind(TextChoices):
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
