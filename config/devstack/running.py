"""The whole system: servers, migrations, demo data, web and worker, watched until somebody ends it."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Mapping
from typing import NoReturn

from config.devstack import claims, demo, migrating
from config.devstack.children import Child, end_leftovers, shorten_log, started_at, stop_all
from config.devstack.errors import CannotStart
from config.devstack.places import BASE_DIR, Places
from config.devstack.servers import Servers, reached_by

HOST = "127.0.0.1"
WEB_SECONDS = 60
# A server that dies is started again, but not for ever.
MOST_STARTS, IN_SECONDS = 5, 120

APPLICATION = (sys.executable, "-m", "config.application")


class System:
    """One running installation on one data folder and one port."""

    def __init__(self, places: Places, port: int) -> None:
        self.places = places
        self.port = port
        self.address = f"http://localhost:{port}"
        self.servers = Servers(places)
        command = (*APPLICATION, str(places.logs))
        self.application = Child("application", command, places.logs / "application.log", folder=BASE_DIR)

    def run(self) -> None:
        """Start everything, then watch it; returns only by StopRequested or CannotStart."""
        began = time.monotonic()
        refuse_taken_port(self.port)
        try:
            self.servers.start()
            env = self.servers.environment() | {"PORT": str(self.port)}
            env.setdefault("SITE_URL", self.address)
            self.publish(env)
            migrating.migrate(self.places, env, embedded=self.servers.own_database)
            demo.load_if_empty(self.places, env, embedded=self.servers.own_database)
            self.start_application(env)
            self.wait_for_web()
            say(f"Hyper CRM answers at {self.address} after {time.monotonic() - began:.1f} s. Ctrl-C ends it.")
            say(f"Data: {self.places.data}, logs: {self.places.logs}")
            demo.print_sign_ins(env)
            self.watch(env)
        finally:
            self.stop()

    def start_application(self, env: Mapping[str, str]) -> None:
        """Web and worker, which write a log each."""
        for name in ("application", "web", "worker"):
            shorten_log(self.places.logs / f"{name}.log")
        self.application.env = env
        self.application.start()
        self.publish(env)

    def publish(self, env: Mapping[str, str]) -> None:
        """Tell other commands how to reach the servers, and the next start which processes were ours."""
        pids = [child.process.pid for child in self.children if child.process]
        claims.write_state(
            self.places,
            pid=os.getpid(),
            port=self.port,
            address=self.address,
            environment=reached_by(env),
            children=[[pid, started_at(pid)] for pid in pids],
        )

    @property
    def children(self) -> list[Child]:
        return [*self.servers.children, self.application]

    def wait_for_web(self) -> None:
        deadline = time.monotonic() + WEB_SECONDS
        logs = " and ".join(str(self.places.logs / f"{name}.log") for name in ("application", "web"))
        while not self.web_answers():
            if not self.application.is_alive():
                raise CannotStart(f"The web server did not start; see {logs}")
            if time.monotonic() > deadline:
                raise CannotStart(f"The web server did not answer in {WEB_SECONDS} s; see {logs}")
            time.sleep(0.05)

    def web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.port}/health/ready/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def watch(self, env: Mapping[str, str]) -> NoReturn:
        """Start again what died; give up on what keeps dying."""
        while True:
            time.sleep(0.3)
            for child in self.children:
                if child.is_alive():
                    continue
                if child.recent_starts(IN_SECONDS) >= MOST_STARTS:
                    raise CannotStart(f"{child.name} died {MOST_STARTS} times in a row; {child.log} says why")
                say(f"{child.name} ended unexpectedly and is started again; see {child.log}")
                child.start()
                if child in self.servers.children:
                    self.servers.wait_for(child)
                self.publish(env)

    def stop(self) -> None:
        """First those who work, then the servers they work with."""
        stop_all([self.application])
        self.servers.stop()
        self.places.state.unlink(missing_ok=True)


def say(line: str) -> None:
    print(line, flush=True)


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise CannotStart(f"Port {port} is taken; choose another one: make run PORT={port + 1}") from None


def run(places: Places, port: int) -> None:
    with claims.lock_or_explain(places):
        end_leftovers(claims.read_state(places).get("children", []))
        System(places, port).run()
