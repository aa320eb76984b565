"""Waking a worker. Only the doorbell: what is to be done stands in a table, and a sweeper looks there as well."""

from __future__ import annotations

import logging
import time
from typing import Any

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

QUIET_SECONDS = 10.0
_quiet_until = 0.0


def ring(task: Any, **arguments: Any) -> bool:
    """Hand a task to the broker; False when the broker does not answer, which nobody has to mind.

    After a failure this process leaves the broker alone for ten seconds, so that no page waits for each of many
    deliveries. How long a single try may take is set by CELERY_BROKER_TRANSPORT_OPTIONS.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    try:
        task.apply_async(kwargs=arguments, retry=False)
    except (OperationalError, OSError):
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("the broker does not answer", extra={"task": task.name})
        return False
    return True
