"""The web server under test: gunicorn as in production, on a free port of this machine."""

from __future__ import annotations

import importlib.metadata
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

READY_SECONDS = 60
WORKERS = 4
WEB_ALONE = (sys.executable, "-m", "gunicorn", "-c", "python:config.webserver", "config.wsgi:application")
# As in the image, where the packages for development are not installed: libraries load some of them where they are.
_HIDE = """
import runpy, sys
sys.modules.update(dict.fromkeys({names}))
runpy.run_module("config.application", run_name="__main__")
"""
TICKS = os.sysconf("SC_CLK_TCK")


def application() -> Sequence[str]:
    """The command that starts web and background worker, without what is only installed for development."""
    folder = Path(settings.BASE_DIR) / "requirements"
    needed, there = (
        set(re.findall(r"^([\w-]+)==", (folder / name).read_text(), re.MULTILINE)) for name in ("base.txt", "dev.txt")
    )
    names = [
        module
        for module, packages in importlib.metadata.packages_distributions().items()
        if {package.lower().replace("_", "-") for package in packages} <= there - needed
    ]
    return sys.executable, "-c", _HIDE.format(names=sorted(names))


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    @property
    def session_cookie(self) -> str:
        return f"session-{self.port}"

    def cpu_seconds(self) -> float:
        """What all its processes have computed so far."""
        pids = [self.pid, *_children(self.pid)]
        return sum(_cpu(pid) for pid in pids)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in listed.read_text().split()] if listed.exists() else []


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    workers: int = WORKERS, first: str = "/health/live/", command: Sequence[str] = WEB_ALONE
) -> Iterator[Server]:
    """A server with DEBUG off, so templates are compiled once, and several workers; ended with the block.

    The block begins with the first good answer for the page `first`. `command` starts the web alone, or with the
    background worker beside it (`application()`).
    """
    port = _free_port()
    # As `make run` starts it: compiled by an earlier start.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PORT": str(port), "DEBUG": "False", "WEB_WORKERS": str(workers), "LOG_LEVEL": "WARNING"}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=settings.BASE_DIR, env=env, stdout=log, stderr=log
        )
        try:
            _wait(port, process, first)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], first: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", first, headers={"Host": "127.0.0.1"})
            answer = connection.getresponse()
            answer.read()
        except OSError:
            time.sleep(0.02)
        else:
            if answer.status != HTTPStatus.OK:
                raise CommandError(f"{first} answered {answer.status}.")
            return
        finally:
            connection.close()
    raise CommandError("The web server did not come up.")
