"""The web server, the same on one machine and in a container."""

import gc
import os

from config.connections import limit
from config.devstack.lifeline import end_with_parent

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
preload_app = True  # the code is in memory once, shared by all workers
timeout = 60
graceful_timeout = 10
keepalive = 5
# Now and then a worker is replaced, so that memory lost in some library does not add up.
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True

# Loading the code makes a million objects that stay: looking for circles among them is an eighth of the start.
gc.disable()


def when_ready(server: object) -> None:
    """What is loaded by now stays; kept out of the garbage collector's way, it stays shared by all workers.

    The few circles among it are not looked for: that takes longer than they are worth, and people wait.
    """
    gc.freeze()
    # A page makes tens of thousands of objects that end with it: looking for circles among them fifty times is waste.
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def post_fork(server: object, worker: object) -> None:
    """A web worker does not outlive its arbiter, and its requests have time limits in the database.

    Only here they are set: management commands and background workers do long work that must not be cut.
    """
    end_with_parent(worker.ppid)  # type: ignore[attr-defined]
    from django.conf import settings

    limit(
        settings.DATABASES["default"],
        lock_timeout_ms=int(os.environ.get("DB_LOCK_TIMEOUT_MS") or 5_000),
        statement_timeout_ms=int(os.environ.get("DB_STATEMENT_TIMEOUT_MS") or 30_000),
    )
