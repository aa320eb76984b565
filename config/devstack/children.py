"""Processes that live and die with the supervisor."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.devstack.lifeline import end_with_parent

STOP_SECONDS = 20
LARGEST_LOG = 10 * 1024 * 1024


@dataclass
class Child:
    """One server: how it is started, how it is asked to end, and where it writes."""

    name: str
    command: Sequence[str]
    log: Path
    folder: Path
    env: Mapping[str, str] | None = None
    user: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    starts: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C of the terminal reaches only the supervisor."""
        supervisor = os.getpid()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=self.env,
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(supervisor, self.stop_signal),
                **as_user(self.user),
            )
        self.starts.append(time.monotonic())

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_until_stopped(self, deadline: float) -> None:
        """Wait for it to finish; at the deadline end it and all it started."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def recent_starts(self, seconds: float) -> int:
        return sum(moment > time.monotonic() - seconds for moment in self.starts)


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for `subprocess` to run a program as somebody else; None stands for ourselves."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def stop_all(children: Sequence[Child]) -> None:
    """Ask all of them to finish what they do, and wait at most 20 seconds for that."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        child.wait_until_stopped(deadline)


def shorten_log(log: Path) -> None:
    """Keep one older log beside the present one."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))


def started_at(pid: int) -> str | None:
    """When a process began, in the kernel's ticks: with its number it names the process for good."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None


def end_leftovers(known: Sequence[Sequence[str]]) -> None:
    """Wait for servers of a supervisor that died suddenly; they share our sockets and end by themselves."""
    deadline = time.monotonic() + STOP_SECONDS
    for pid, ticks in known:
        while started_at(int(pid)) == ticks:
            if time.monotonic() > deadline:
                os.kill(int(pid), signal.SIGKILL)
            time.sleep(0.05)
