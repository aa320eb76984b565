"""`make exec CMD=…`: one command with the servers up."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.ops.instances import ROOT, Instance, clean_environment, free_port, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("instances")]

COUNT_ROLES = [
    "python",
    "manage.py",
    "shell",
    "--no-imports",
    "-c",
    "from core.models import Role; print(Role.objects.count())",
]


def test_it_starts_the_servers_migrates_and_ends_them(data_folder):
    instance = Instance(data_folder / "var", free_port())
    done = instance.exec(*COUNT_ROLES)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 5
    assert instance.processes() == {}


def test_it_uses_the_servers_that_run(running):
    postgres = running.one("bin/postgres", "-D")
    assert running.exec(*COUNT_ROLES).returncode == 0
    assert running.one("bin/postgres", "-D") == postgres
    assert running.answers()


def test_the_exit_code_is_the_commands_own(running):
    assert running.exec("bash", "-c", "exit 3").returncode == 3
    missing = running.exec("no-such-command")
    assert (missing.returncode, missing.stderr) == (1, "no-such-command: no such command\n")


def test_make_hands_the_whole_command_on(running):
    command = ["make", "--no-print-directory", "exec", "CMD=bash -c 'echo $$DATABASE_URL'"]
    done = subprocess.run(command, cwd=ROOT, env=running.env, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == running.state()["environment"]["DATABASE_URL"]


def test_the_owner_of_the_servers_waits_for_a_command_that_joined(first_start, data_folder):
    instance = Instance(first_start.copy_data(data_folder / "var"), free_port())
    owner = subprocess.Popen([*instance.devstack("exec"), "sleep", "2"], cwd=ROOT, env=instance.env)
    wait_for((instance.data / "devstack.json").exists, 60, "servers")
    guest = instance.exec("bash", "-c", "sleep 3; " + shlex.join(COUNT_ROLES))
    assert (guest.returncode, guest.stderr) == (0, "")
    assert owner.wait(30) == 0
    assert instance.processes() == {}


def test_scratch_servers_are_thrown_away():
    before = set(Path(tempfile.gettempdir()).glob("hypercrm-*"))
    show = "import os, psycopg2; psycopg2.connect(os.environ['DATABASE_URL']); print(os.environ['DATA_DIR'])"
    command = [sys.executable, "-m", "config.devstack", "exec", "--scratch", "python", "-c", show]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert folder.parent == Path(tempfile.gettempdir())
    assert not folder.exists()
    assert set(Path(tempfile.gettempdir()).glob("hypercrm-*")) <= before
