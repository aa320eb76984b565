"""`python -m config.application [LOGS]`: the web and the background worker of one machine, forked from one program.

It loads the code once, so that all processes share its memory, and starts again what ends by itself. With a folder
for logs each of them writes a file of its own there. Where web and worker have machines of their own they are started
apart instead: `gunicorn --config=python:config.webserver config.wsgi` and `celery --app=config worker`.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.devstack.lifeline import end_with_parent, name_process

# One that dies is started again, but not for ever.
MOST_STARTS, IN_SECONDS = 5, 120
WEB_ALONE = 0.8  # seconds for the first answer, before loading goes on beside it
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
WEB = ["gunicorn", "--config=python:config.webserver", "config.wsgi"]


@dataclass
class Program:
    """One of the two: what it runs in its own process, and which process that is."""

    name: str
    work: Callable[[], object]
    pid: int = 0
    starts: list[float] = field(default_factory=list)

    def start(self, logs: Path | None) -> None:
        self.starts.append(time.monotonic())
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid:
            return
        status = 1
        try:
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            end_with_parent(parent)
            name_process(f"crm-{self.name}")
            if logs is not None:
                _write_to(logs / f"{self.name}.log")
            self.work()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    @property
    def dies_too_often(self) -> bool:
        return sum(moment > time.monotonic() - IN_SECONDS for moment in self.starts) >= MOST_STARTS


def _write_to(log: Path) -> None:
    target = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(target, sys.stdout.fileno())
    os.dup2(target, sys.stderr.fileno())
    os.close(target)


def run_web() -> None:
    from gunicorn.app.wsgiapp import run

    sys.argv = list(WEB)
    run()


def run_worker() -> None:
    from config.celery import app

    gc.enable()
    processes = int(os.environ.get("WORKER_PROCESSES") or 2)
    # Celery's command would do the same, and load the code of all its commands for it.
    worker = app.Worker(beat=True, concurrency=processes, loglevel="INFO", without_mingle=True, without_gossip=True)
    worker.start()
    raise SystemExit(worker.exitcode)


class Application:
    """The two programs, watched until somebody ends them."""

    def __init__(self, logs: Path | None = None) -> None:
        self.logs = logs
        self.web, self.worker = Program("web", run_web), Program("worker", run_worker)
        self.is_stopping = False

    def run(self) -> NoReturn:
        """People wait for the web: it is loaded and started first. What only the worker needs is loaded after it."""
        for number in STOP_SIGNALS:
            signal.signal(number, self.stop)
        gc.disable()
        from config import wsgi  # noqa: F401 - loads the pages

        self._start(self.web)
        time.sleep(WEB_ALONE)
        from config.celery import load_what_all_need

        load_what_all_need()
        self._start(self.worker)
        self._watch()

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Ask both to finish what they do; `_watch` waits for them."""
        self.is_stopping = True
        for program in (self.web, self.worker):
            if program.pid:
                with suppress(ProcessLookupError):
                    os.kill(program.pid, signal.SIGTERM)

    def _start(self, program: Program) -> None:
        """Objects that are there stay: kept out of the garbage collector's way, they stay shared."""
        if self.is_stopping:
            return
        gc.freeze()
        sys.stdout.flush()
        program.start(self.logs)
        if self.is_stopping:  # the order came while its number was not known yet
            self.stop(0, None)

    def _watch(self) -> NoReturn:
        status = 0
        while self.web.pid or self.worker.pid:
            pid, code = os.wait()
            ended = next((one for one in (self.web, self.worker) if one.pid == pid), None)
            if ended is None:
                continue
            ended.pid = 0
            if self.is_stopping:
                continue
            if ended.dies_too_often:
                print(f"{ended.name} died {MOST_STARTS} times in a row", flush=True)
                status = os.waitstatus_to_exitcode(code) or 1
                self.stop(0, None)
            else:
                print(f"{ended.name} ended unexpectedly and is started again", flush=True)
                self._start(ended)
        sys.exit(abs(status))


if __name__ == "__main__":
    Application(Path(sys.argv[1]) if len(sys.argv) > 1 else None).run()
