import json
import logging
import signal
import sys
from argparse import ArgumentTypeError
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core.models import User
from crm.models import Client, ContactPoint, Person
from samples.bench import measuring, report, server, tenfold
from samples.bench.browsers import open_session
from samples.bench.contacts import FAMILY
from samples.bench.singles import SINGLES, row_of
from samples.bench.works import WORKS
from samples.volume.company import FIRST_USER


def known_work(code: str) -> str:
    if code not in {*WORKS, *SINGLES}:
        raise ArgumentTypeError(f"there is no {code}; known are {', '.join([*WORKS, *SINGLES])}")
    return code


class Command(BaseCommand):
    help = "Measure the standard work on the data set of `volume`, which is loaded first into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "works", nargs="*", type=known_work, metavar="W1", help="which works; all when none is named"
        )
        parser.add_argument("--units", type=int, default=50)
        parser.add_argument("--together", type=int, default=8, help="how many people at once in the second round")
        parser.add_argument(
            "--set", choices=("S", "S10"), default="S", help="S10: compare pages with ten times the set"
        )
        parser.add_argument("--inside", action="store_true", help="look at works inside this process, told as JSON")
        parser.add_argument("--write", type=Path, metavar="FILE", help="write the page about it here")

    def handle(
        self, *args: Any, works: list[str], units: int, together: int, write: Path | None, inside: bool, **options: Any
    ) -> None:
        if not Client.objects.exists():
            self._say("The database is empty: loading data set S.")
            call_command("volume", stdout=self.stdout)
        user = User.objects.filter(email=FIRST_USER).first()
        if user is None:
            raise CommandError("This database holds other data than that of `volume`; name an empty one.")
        if options["set"] == "S10":
            tenfold.compare(works or list(WORKS), self._say, write)
            return
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the web server is ended on the way out
        logging.disable(logging.INFO)  # each request and each business fact is worth a line in daily work
        wanted = works or [*WORKS, *SINGLES]
        measured, others = [], []
        if inside:
            found = {code: asdict(measuring.inside(WORKS[code], user)) for code in wanted if code in WORKS}
            forget_contacts()
            self._say(json.dumps(found))
            return
        try:
            with server.running() as running:
                for work in (WORKS[code] for code in wanted if code in WORKS):
                    one = measuring.measure(work, running, open_session(user), user, units=units, together=together)
                    measured.append(one)
                    self._say(report.row_of(one))
        finally:
            forget_contacts()
        for code in wanted:
            if code in SINGLES:
                others.append(row_of(SINGLES[code], SINGLES[code].measure(user), report.verdict))
                self._say(others[-1])
        if write:
            page = report.written(measured, others, units=units, together=together) + report.kept_reading(write)
            write.write_text(page, encoding="utf-8")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def forget_contacts() -> None:
    """Take out the contacts that the run entered."""
    entered = list(Person.objects.filter(last_name__startswith=f"{FAMILY} ").values_list("pk", flat=True))
    ContactPoint.objects.filter(person__in=entered).delete()
    Person.objects.filter(pk__in=entered).delete()
    connection.close()
