import json
import logging
import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from core import policy
from core.models import Organization, Role, RoleAssignment, User
from samples.demo.year import live_through


def sign_ins_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-sign-ins.json"


class Command(BaseCommand):
    help = "Load the demo company with a year of history into an empty database (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a company already")
        parser.add_argument("--sign-ins", action="store_true", help="only print the demo sign-ins by role")

    def handle(self, *args: Any, if_empty: bool, sign_ins: bool, **options: Any) -> None:
        if sign_ins:
            self._print_sign_ins()
            return
        if Organization.objects.exists() or User.objects.exists():
            if if_empty:
                return
            raise CommandError("The database is not empty; the demo company needs an empty one.")
        if not settings.DEBUG:
            raise CommandError("The demo company is loaded only where DEBUG is on.")
        started = time.monotonic()
        logging.disable(logging.INFO)  # thousands of business facts, each worth a line in daily work
        with connection.cursor() as cursor:
            # Only this session's commits are lazy: after a crash the demo would be loaded anew anyway.
            cursor.execute("SET synchronous_commit = off")
        company = live_through(until=timezone.now())
        self._open_doors(company.users)
        self.stdout.write(f"Demo company loaded in {time.monotonic() - started:.0f} s.")
        if not if_empty:
            self._print_sign_ins()

    def _open_doors(self, users: dict[str, User]) -> None:
        """Give each role's person one random password of this installation, kept beside the data."""
        password = secrets.token_urlsafe(9)
        admin = User.objects.create_superuser(f"admin@{users['seller'].email.split('@')[1]}", first_name="Admin")
        RoleAssignment.objects.create(user=admin, role=Role.objects.get(code="administrator"))
        people = {**users, "administrator": admin}
        for user in people.values():
            user.set_password(password)
            user.is_staff = True
            user.save(update_fields=["password", "is_staff"])
        rows = [{"role": str(policy.ROLES[role]), "email": user.email} for role, user in people.items()]
        path = sign_ins_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps({"password": password, "people": rows}, indent=2), encoding="utf-8")

    def _print_sign_ins(self) -> None:
        path = sign_ins_file()
        if not path.exists():
            return
        given = json.loads(path.read_text(encoding="utf-8"))
        for person in given["people"]:
            self.stdout.write(f"  {person['role']:18} {person['email']}")
        self.stdout.write(f"  password for all   {given['password']}")
