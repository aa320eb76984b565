from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.search import installing, kinds


class Command(BaseCommand):
    help = "Write the search entries anew. Needed only after rows came in with triggers off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", metavar="crm.client", help="only this kind of record")

    def handle(self, *args: Any, **options: Any) -> None:
        known = {kind.key: kind for kind in kinds.everything()}
        if options["kind"] not in {None, *known}:
            raise CommandError(f"Nothing is searched as {options['kind']}. Known: {', '.join(sorted(known))}.")
        for key, kind in known.items():
            if options["kind"] in (None, key):
                self.stdout.write(f"{key:28} {installing.rebuild(kind)}")
