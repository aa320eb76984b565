"""W15 and W16: how long a start takes, and what the processes hold when nobody asks anything."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from samples.bench import server

STARTS = 5
SETTLING_SECONDS = 12


def starts() -> list[float]:
    """Seconds from the command that starts web and worker to the first good answer; the database is up and filled."""
    found = []
    for _number in range(STARTS):
        began = time.perf_counter()
        with server.running(first="/accounts/login/", command=server.application()):
            found.append(time.perf_counter() - began)
    return found


def idle_mib() -> float:
    """MiB of the web with four workers and of the background worker with its clock; shared pages count once (PSS)."""
    with server.running(workers=4, command=server.application()) as application:
        time.sleep(SETTLING_SECONDS)
        return sum(_pss(pid) for pid in _tree(application.pid)) / 1024


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
