import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from samples.shots.camera import camera, person_of
from samples.shots.screens import everything


class Command(BaseCommand):
    help = "Photograph screens with the data that is there: all of them, some by name, or any path with --as ROLE."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="*", help="names of screens, beginnings with *, or paths that begin with /")
        parser.add_argument(
            "--as", dest="role", default="director", help="who looks at the paths; 'nobody' for no sign-in"
        )
        parser.add_argument("--widths", nargs="+", type=int, default=[1440, 1024, 390])
        parser.add_argument("--themes", nargs="+", default=["light", "dark"])
        parser.add_argument("--full", action="store_true", help="the whole page, not only the window")
        parser.add_argument("--out", type=Path, default=Path(settings.DATA_DIR) / "shots")

    def handle(self, *args: Any, what: list[str], role: str, out: Path, full: bool, **options: Any) -> None:
        # The browser tool keeps an event loop in this thread, which Django would take for asynchronous code.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        logging.disable(logging.INFO)
        how = {"widths": options["widths"], "themes": options["themes"], "full": full}
        paths = [word for word in what if word.startswith("/")]
        names = [word for word in what if not word.startswith("/")]
        chosen = [screen for screen in everything() if not what or any(_fits(screen.name, name) for name in names)]
        if names and not chosen:
            raise CommandError(f"No screen is called {', '.join(names)}.")
        with camera(out) as made:
            for path in paths:
                user = None if role == "nobody" else person_of(role)
                if user is None and role != "nobody":
                    raise CommandError(f"Nobody is {role} here.")
                name = path.strip("/").replace("/", "-").replace("?", "-").replace("&", "-") or "home"
                self._say(made.take(name, path, user, **how))
            for screen in chosen:
                person = person_of(screen.role) if screen.role else None
                address = screen.address(person)
                if address is None or (screen.role and person is None):
                    made.problems.append(f"{screen.name}: nothing to show in this database")
                    continue
                self._say(made.take(screen.name, address, person, act=screen.act, **how))
            for problem in made.problems:
                self.stderr.write(problem)

    def _say(self, files: list[Path]) -> None:
        for file in files:
            self.stdout.write(str(file))


def _fits(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted
