"""A database of its own for one telling of the story, dropped afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import override_settings


@contextmanager
def scratch_database() -> Iterator[str]:
    """Create, migrate and enter an empty database; leave and drop it at the end.

    Event handlers run right after each commit, so a step sees what its commands set going.
    """
    connection.settings_dict["TEST"] = {**connection.settings_dict.get("TEST", {}), "NAME": f"story_{os.getpid()}"}
    original = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with override_settings(EVENTS_DELIVERY="inline"):
            yield name
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)
