"""How the live server of browser tests serves: quickly, without what is no part of the product."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.db.backends.postgresql.creation import DatabaseCreation
from django.http import HttpResponse

YEAR = 365 * 24 * 3600
answer_all = ThreadedWSGIServer.process_request_thread
serve = StaticFilesHandlerMixin.serve
known: dict[str, tuple[bytes, dict[str, str]]] = {}


def process_request_thread(self: ThreadedWSGIServer, request: Any, client_address: Any) -> None:
    """One thread answers all that comes by one connection of the browser, and keeps its own to the database meanwhile.

    It ends with the browser's window; between two requests it holds no lock on what is emptied.
    """
    for one in connections.all():
        one.settings_dict = {**one.settings_dict, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}
    answer_all(self, request, client_address)


def serve_for_long(self: StaticFilesHandlerMixin, request: Any) -> Any:
    """The files do not change while tests run: each is read once, and a window asks for it once, as in production."""
    found = known.get(request.path)
    if found is None:
        answer = serve(self, request)
        if answer.status_code != 200:
            return answer
        headers = {**answer.headers, "Cache-Control": f"public, max-age={YEAR}, immutable"}
        found = known[request.path] = b"".join(answer.streaming_content), headers
        answer.close()
    return HttpResponse(found[0], headers=found[1])


def _destroy_test_db(self: DatabaseCreation, test_database_name: str, verbosity: int) -> None:
    """The database is dropped at the end of the run, although a server's thread that is just ending may look at it."""
    with self._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(test_database_name)} WITH (FORCE)")


def install(patch: Any) -> None:
    """For all tests of this run."""
    patch.setattr(ThreadedWSGIServer, "process_request_thread", process_request_thread)
    patch.setattr(DatabaseCreation, "_destroy_test_db", _destroy_test_db)
    patch.setattr(StaticFilesHandlerMixin, "serve", serve_for_long)
