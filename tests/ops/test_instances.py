"""`make run` starts all of it and ends all of it; `make exec` runs one command with the servers up.

One file, because its tests share instances, and a test run with several workers hands out whole files.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.ops.instances import ROOT, Instance, alive, clean_environment, free_port, name_of, wait_for

pytestmark = pytest.mark.slow

COUNT_ROLES = [
    "python",
    "manage.py",
    "shell",
    "--no-imports",
    "-c",
    "from core.models import Role; print(Role.objects.count())",
]


def keep_something(instance: Instance) -> None:
    instance.shell("from core.models import Role; Role.objects.get_or_create(code='kept', name='Kept')")


def is_kept(instance: Instance) -> bool:
    return instance.shell("from core.models import Role; print(Role.objects.filter(code='kept').exists())") == "True"


def test_an_empty_folder_becomes_a_system_that_answers(first_start):
    status, page = first_start.login_page
    assert status == 200
    assert "id_password" in page
    assert f"http://localhost:{first_start.port}" in first_start.output.read_text()
    assert "core.sweep_events" in first_start.log("worker")


def test_ctrl_c_ends_all_of_it_in_order(first_start):
    assert first_start.process.returncode == 0
    assert first_start.output.read_text().rstrip().endswith("Stopped.")
    assert first_start.processes() == {}
    assert "database system is shut down" in first_start.log("postgres")
    assert "Warm shutdown" in first_start.log("worker")
    assert not (first_start.data / "devstack.json").exists()


def test_the_second_make_run_answers_within_10_s_and_finds_the_data(launch):
    instance = launch(by_make=True)
    assert instance.seconds_to_answer < 10
    keep_something(instance)
    instance.interrupt()
    wait_for(lambda: not instance.processes(), 90, "end of all processes after Ctrl-C at make")
    instance.start()
    assert instance.seconds_to_answer < 10
    assert is_kept(instance)


def test_a_killed_supervisor_leaves_no_orphan_and_loses_no_data(victim):
    keep_something(victim)
    family = victim.family()
    # The application, three of its web, four of its worker, valkey, postgres and its own.
    assert len(family) >= 15, family
    os.kill(victim.process.pid, signal.SIGKILL)
    victim.process.wait()
    wait_for(lambda: not any(alive(pid) for pid in family) and not victim.processes(), 60, "end of all processes")
    victim.start()
    assert is_kept(victim)


@pytest.mark.parametrize(("name", "members"), [("web", 3), ("worker", 4)])
def test_a_killed_program_takes_its_children_along_and_is_started_again(victim, name, members):
    def family() -> set[int]:
        return {pid for pid in victim.processes() if name_of(pid) == f"crm-{name}"}

    before = wait_for(lambda: len(found := family()) == members and found, 90, f"{name} with its children")
    os.kill(min(before), signal.SIGKILL)
    wait_for(lambda: not any(alive(pid) for pid in before), 60, f"end of the {name}'s children")
    wait_for(lambda: len(family()) == members, 90, f"new {name}")
    wait_for(victim.answers, 90, "the page")
    assert f"{name} ended unexpectedly" in victim.log("application")


def test_a_killed_application_takes_both_programs_along_and_is_started_again(victim):
    def family() -> set[int]:
        return {pid for pid in victim.processes() if name_of(pid) in ("crm-web", "crm-worker")}

    before = wait_for(lambda: len(found := family()) == 7 and found, 90, "web and worker with their children")
    os.kill(victim.one("config.application"), signal.SIGKILL)
    wait_for(lambda: not any(alive(pid) for pid in before), 60, "end of both programs")
    wait_for(lambda: len(family()) == 7, 90, "both anew")
    wait_for(victim.answers, 90, "the page")
    assert "application ended unexpectedly" in victim.output.read_text()


def test_a_killed_database_comes_back_without_a_restart_of_the_system(victim):
    before = victim.one("bin/postgres", "-D")
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: not alive(before), 10, "end of the old server")
    wait_for(victim.answers, 90, "the page")
    assert victim.one("bin/postgres", "-D") != before


def test_two_instances_run_side_by_side(running, launch):
    second = launch()
    assert running.answers()
    assert second.answers()
    keep_something(second)
    assert not is_kept(running)
    second.interrupt()
    assert running.answers()


def test_a_second_start_on_the_same_folder_names_the_first_in_one_line(running):
    second = subprocess.run(running.devstack(), cwd=ROOT, env=running.env, capture_output=True, text=True, timeout=30)
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"process {running.process.pid}" in second.stderr
    assert running.answers()


def test_a_taken_port_is_told_in_one_line(data_folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        instance = Instance(data_folder / "var", port)
        done = subprocess.run(
            instance.devstack(), cwd=ROOT, env=instance.env, capture_output=True, text=True, timeout=30
        )
    assert done.returncode == 1
    assert done.stderr == f"Port {port} is taken; choose another one: make run PORT={port + 1}\n"


def test_servers_named_in_the_environment_win(running, launch):
    guest = launch(with_data=False, env=running.state()["environment"])
    assert guest.answers()
    assert not (guest.data / "pgdata").exists()
    assert not any("bin/postgres" in line or "valkey-server" in line for line in guest.processes().values())
    guest.interrupt()
    assert running.answers()


def test_exec_starts_the_servers_migrates_and_ends_them(data_folder):
    instance = Instance(data_folder / "var", free_port())
    done = instance.exec(*COUNT_ROLES)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 5
    assert instance.processes() == {}


def test_exec_uses_the_servers_that_run(running):
    postgres = running.one("bin/postgres", "-D")
    assert running.exec(*COUNT_ROLES).returncode == 0
    assert running.one("bin/postgres", "-D") == postgres
    assert running.answers()


def test_the_exit_code_of_exec_is_the_commands_own(running):
    assert running.exec("bash", "-c", "exit 3").returncode == 3
    missing = running.exec("no-such-command")
    assert (missing.returncode, missing.stderr) == (1, "no-such-command: no such command\n")


def test_make_exec_hands_the_whole_command_on(running):
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
