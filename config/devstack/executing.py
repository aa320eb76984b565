"""One command with the servers up: the running ones where there are some, own ones otherwise."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from config.devstack import claims, migrating
from config.devstack import places as where
from config.devstack.children import end_leftovers, started_at
from config.devstack.errors import CannotStart
from config.devstack.lifeline import end_with_parent
from config.devstack.places import BASE_DIR, Places
from config.devstack.servers import Servers, base_environment, reached_by

READY_SECONDS = 120


def execute(places: Places, command: Sequence[str]) -> int:
    """Run the command; its exit code. The database is migrated first when it is ours."""
    lock = claims.try_lock(places, seconds=0)
    if lock is None:
        with claims.using_servers(places):
            return run_command(command, running_environment(places))
    with lock:
        end_leftovers(claims.read_state(places).get("children", []))
        servers = Servers(places)
        try:
            servers.start()
            env = servers.environment()
            if servers.own_database:
                migrating.migrate(places, env, embedded=True)
            publish(places, servers, env)
            return run_command(command, env)
        finally:
            claims.wait_for_users(places)
            servers.stop()
            places.state.unlink(missing_ok=True)


def execute_in_scratch(command: Sequence[str]) -> int:
    """Run the command on empty servers of its own, thrown away afterwards; tests are run like this."""
    with scratch_servers() as servers:
        return run_command(command, servers.environment())


@contextlib.contextmanager
def scratch_servers() -> Iterator[Servers]:
    """Empty servers in a temporary folder, both gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="hypercrm-"))
    if where.is_root():
        folder.chmod(0o711)  # PostgreSQL walks through it as its own user
    servers = Servers(where.at(folder), scratch=True)
    try:
        servers.places.logs.mkdir()
        servers.start()
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def publish(places: Places, servers: Servers, env: Mapping[str, str]) -> None:
    pids = [child.process.pid for child in servers.children if child.process]
    children = [[pid, started_at(pid)] for pid in pids]
    claims.write_state(places, pid=os.getpid(), environment=reached_by(env), children=children)


def running_environment(places: Places) -> dict[str, str]:
    """How the servers of the process that holds the lock are reached, once they are up."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        state = claims.read_state(places)
        if state and str(state["pid"]) == places.lock.read_text().strip():
            return base_environment(places) | state["environment"]
        if time.monotonic() > deadline:
            raise CannotStart(f"The servers on {places.data} did not come up in {READY_SECONDS} s")
        time.sleep(0.1)


def run_command(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run in the foreground. Ctrl-C is the command's to answer; we wait for what it does."""
    supervisor = os.getpid()
    try:
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env=env,
            preexec_fn=lambda: end_with_parent(supervisor),
        )
    except FileNotFoundError:
        raise CannotStart(f"{command[0]}: no such command") from None
    signal.signal(signal.SIGINT, lambda *_: None)
    for passed_on in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(passed_on, lambda number, _frame: process.send_signal(number))
    code = process.wait()
    return 128 - code if code < 0 else code
