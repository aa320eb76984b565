"""Starting, asking and ending one instance of the system as a person at a terminal would."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What the test run itself lives on must not leak into the instances.
NOT_INHERITED = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "PORT",
    "DATA_DIR",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_ALLOW_ASYNC_UNSAFE",
    "MAKEFLAGS",
    "MAKELEVEL",
    "PYTHONDONTWRITEBYTECODE",
)


def clean_environment(**extra: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NOT_INHERITED} | {"DEMO": "no"} | extra


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A short path that PostgreSQL's own user may enter as well; pytest's own folders are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="crm-ops-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(true: Callable[[], Any], seconds: float, what: str) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Running; one that ended and only waits to be collected does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def name_of(pid: int) -> str:
    """What `ps` calls the process."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


class Instance:
    def __init__(self, data: Path, port: int, *, by_make: bool = False, env: dict[str, str] | None = None) -> None:
        self.data = data
        self.port = port
        self.by_make = by_make
        self.env = clean_environment(PORT=str(port), DATA_DIR=str(data), **(env or {}))
        self.output = data.with_name(f"{data.name}.out")
        self.seconds_to_answer = 0.0
        self.login_page: tuple[int, str] = (0, "")

    def start(self, *, wait: bool = True) -> None:
        command = ["make", "--no-print-directory", "run"] if self.by_make else self.devstack()
        began = time.monotonic()
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.env,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        if wait:
            wait_for(self.answers_or_ended, 180, f"answer of {self.data}")
            assert self.process.poll() is None, self.output.read_text()
            self.seconds_to_answer = time.monotonic() - began
            wait_for(lambda: "ready." in self.log("worker"), 60, "ready worker")

    @staticmethod
    def devstack(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "config.devstack", *arguments]

    def answers_or_ended(self) -> bool:
        return self.process.poll() is not None or "answers at" in self.output.read_text()

    def log(self, name: str) -> str:
        file = self.data / "log" / f"{name}.log"
        return file.read_text() if file.exists() else ""

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()

    def answers(self) -> bool:
        try:
            return self.get("/health/ready/")[0] == 200
        except OSError:
            return False

    def exec(self, *command: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.devstack("exec", *command),
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
            **options,
        )

    def shell(self, code: str) -> str:
        done = self.exec("python", "manage.py", "shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def state(self) -> dict[str, Any]:
        return dict(json.loads((self.data / "devstack.json").read_text()))

    def interrupt(self) -> int:
        """Ctrl-C: the terminal tells the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)

    def processes(self) -> dict[int, str]:
        """Everything that was started for this data folder and still runs."""
        mark = f"DATA_DIR={self.data}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0") and alive(int(folder.name)):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found

    def family(self) -> set[int]:
        """The supervisor and all that descends from it, PostgreSQL's own processes included."""
        parents = {pid: parent_of(pid) for pid in map(int, (path.name for path in Path("/proc").glob("[0-9]*")))}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def one(self, *words: str) -> int:
        """The oldest process whose command line holds these words."""
        return min(pid for pid, line in self.processes().items() if all(word in line for word in words))

    def copy_data(self, folder: Path) -> Path:
        """A copy of the data of this instance, which has to be ended. PostgreSQL's part stays its user's own."""
        subprocess.run(["cp", "--archive", str(self.data), str(folder)], check=True)
        return folder

    def end(self) -> None:
        """Whatever a failed test left behind."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
