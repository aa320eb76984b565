"""Change history of editable records, written by database triggers with the actor of the moment.

`@tracked` keeps every row version with who did it (`pgh_context.metadata["user"]`) and in which service.
Ledgers are append-only and need no second history. Triggers run once per statement, so set-wise posting
stays one statement plus one.
"""

from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

M = TypeVar("M", bound=models.Model)


def tracked(model: type[M]) -> type[M]:
    """Class decorator: keep the history of an editable model."""
    # Trackers remember the model they were given to, so each model gets its own.
    return pghistory.track(
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
    )(model)
