import json
import logging
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from core.errors import DomainError
from samples.demo import loading
from samples.demo.loading import sign_ins_file


class Command(BaseCommand):
    help = "Load the demo company with a year of history into an empty database (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a company already")
        parser.add_argument("--sign-ins", action="store_true", help="only print the demo sign-ins by role")

    def handle(self, *args: Any, if_empty: bool, sign_ins: bool, **options: Any) -> None:
        if sign_ins:
            self._print_sign_ins()
            return
        if if_empty and not loading.is_empty():
            return
        try:
            loading.require_empty()
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        started = time.monotonic()
        logging.disable(logging.INFO)  # thousands of business facts, each worth a line in daily work
        with connection.cursor() as cursor:
            # Only this session's commits are lazy: after a crash the demo would be loaded anew anyway.
            cursor.execute("SET synchronous_commit = off")
        loading.load()
        self.stdout.write(f"Demo company loaded in {time.monotonic() - started:.0f} s.")
        if not if_empty:
            self._print_sign_ins()

    def _print_sign_ins(self) -> None:
        path = sign_ins_file()
        if not path.exists():
            return
        given = json.loads(path.read_text(encoding="utf-8"))
        for person in given["people"]:
            self.stdout.write(f"  {person['role']:18} {person['email']}")
        self.stdout.write(f"  password for all   {given['password']}")
