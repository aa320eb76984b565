"""Running the same thing from several threads, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(*functions: Callable[[], Any]) -> list[Any]:
    """Start all functions at the same moment; their results in order, an exception standing for itself."""
    gate = threading.Barrier(len(functions))

    def run(function: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=20)
            return function()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))
