"""Runs one management command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from config.devstack.lifeline import end_with_parent
from config.devstack.places import BASE_DIR


def manage(*arguments: str, env: Mapping[str, str]) -> int:
    """Its exit code. It is ended together with the supervisor, however that ends.

    Its log lines would bury what the supervisor says, so only warnings come through.
    """
    supervisor = os.getpid()
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={"LOG_LEVEL": "WARNING", **env},
        check=False,
        preexec_fn=lambda: end_with_parent(supervisor),
    )
    return done.returncode
