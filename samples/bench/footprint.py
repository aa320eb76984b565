"""W15 and W16: how long a start takes, and what the processes hold when nobody asks anything."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from samples.bench import server

# As the supervisor starts it, with the clock inside.
WORKER = (
    sys.executable, "-m", "celery", "--app=config", "worker", "--beat", "--concurrency=2", "--without-mingle",
    "--without-gossip",
)  # fmt: skip
STARTS = 5
SETTLING_SECONDS = 12


def starts() -> list[float]:
    """Seconds from the command that starts the web to its first good answer; servers are up, the database is filled."""
    found = []
    for _number in range(STARTS):
        began = time.perf_counter()
        with server.running(first="/accounts/login/"):
            found.append(time.perf_counter() - began)
    return found


def idle_mib() -> float:
    """MiB of the web with four workers and of the background worker with its clock; shared pages count once (PSS)."""
    with server.running(workers=4) as web, _worker() as worker:
        time.sleep(SETTLING_SECONDS)
        return sum(_pss(pid) for root in (web.pid, worker) for pid in _tree(root)) / 1024


@contextmanager
def _worker() -> Iterator[int]:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"LOG_LEVEL": "WARNING"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            WORKER, cwd=settings.BASE_DIR, env=env, stdout=log, stderr=log
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(60)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    for child in listed.read_text().split() if listed.exists() else ():
        yield from _tree(int(child))


def _pss(pid: int) -> int:
    """Kilobytes; a process that has ended meanwhile holds nothing."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
