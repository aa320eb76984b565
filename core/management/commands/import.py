# ruff: noqa: N999 - the command is called import
"""Import a file from the command line: the same steps as on the screen, in one go."""

from __future__ import annotations

import sys
import tomllib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from core.actors import SYSTEM, Actor
from core.errors import DomainError
from core.imports import mending, profiles, selectors, services, steps
from core.imports.choices import RowState, TwinAction
from core.imports.errors import ColumnUnknown
from core.imports.services import OPTIONS
from core.models import ImportRun, User

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import a CSV, XLSX or vCard file. Nothing is written when a row is bad, unless --skip-bad is given; then the "
        "good rows are. The exit code is 1 when rows were bad. See docs/import.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="profile", required=True, help="what the rows hold, such as clients or items")
        parser.add_argument("--map", dest="map", type=Path, help="a TOML file with columns, fixed values and options")
        parser.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="import the good rows although others are bad")
        parser.add_argument("--bad-rows", type=Path, metavar="FILE", help="write the rows to mend into this CSV file")
        parser.add_argument("--twins", choices=TwinAction.values, default="", help="what to do with likely twins")
        parser.add_argument("--key", default="", help="the field that says which record a row is")
        parser.add_argument("--encoding", default="", help="read the file in this encoding")
        parser.add_argument("--by", default="", metavar="E-MAIL", help="the user who imports; without it, the system")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["profile"] not in {profile.key for profile in profiles.everything()}:
            known = ", ".join(sorted(profile.key for profile in profiles.everything()))
            raise CommandError(f"There is nothing to import as “{options['profile']}”. Known: {known}.")
        try:
            self._import(_settings(options), options, _actor(options["by"]))
        except DomainError as refused:
            raise CommandError(str(refused)) from refused

    def _import(self, settings: dict[str, Any], options: dict[str, Any], by: Actor) -> None:
        if not options["file"].is_file():
            raise CommandError(f"{options['file']} is no file.")
        with options["file"].open("rb") as stream:
            content = File(stream, name=options["file"].name)
            run = services.start_import(
                profile=options["profile"], name=content.name or "", content=content, by=by, options=settings["options"]
            )
        self._tell_facts(run)
        mapping = _places(run, settings["columns"]) or {int(place): name for place, name in run.mapping.items()}
        run = services.assign_columns(
            run_id=run.pk, mapping=mapping, fixed=settings["fixed"], key=settings["key"], by=by
        )
        run.options["twins"] = settings["twins"] or TwinAction.SKIP
        run.save(update_fields=["options"])
        steps.check_run(run, by=by, progress=self._progress)
        bad = self._tell_check(run)
        if bad and options["bad_rows"]:
            options["bad_rows"].write_text("".join(mending.lines_to_mend(run)), encoding="utf-8", newline="")
            self.stdout.write(f"The rows to mend are in {options['bad_rows']}.")
        if options["dry_run"] or (bad and not options["skip_bad"]):
            self.stdout.write("Nothing was written.")
        else:
            outcome = steps.import_run(
                run, by=by, resume=None, checkpoint=lambda _data, done: self._progress(done, None)
            )
            self.stdout.write(", ".join(f"{word}: {count:,}" for word, count in steps.words_of(outcome).items()))
            self.stdout.write(f"The import is kept as number {run.pk} and can be taken back on its page.")
            bad = outcome["bad"]
        if bad and not options["skip_bad"]:
            sys.exit(1)

    def _tell_facts(self, run: ImportRun) -> None:
        facts = run.facts
        told = [facts["format"], facts["encoding"], facts["sheet"]]
        self.stdout.write(f"{run.name}: {', '.join(filter(None, told))}; {len(facts['headings'])} columns")
        for doubt, words in (("decimal_is_open", "decimal mark"), ("dates_are_open", "order of dates")):
            if facts[doubt]:
                self.stdout.write(f"The {words} could be read in two ways; name it under [options].")

    def _tell_check(self, run: ImportRun) -> int:
        words = {str(RowState(state).label): count for state, count in run.counts.items()}
        self.stdout.write(", ".join(f"{word}: {count:,}" for word, count in words.items()) or "No rows.")
        problems, more = selectors.problems_of(run)
        for problem in problems[:SHOWN]:
            place = f"line {problem.line}, {problem.column}" if problem.column else f"line {problem.line}"
            self.stderr.write(f"{place}: {problem.text}")
        if more or len(problems) > SHOWN:
            self.stderr.write("… and more; --bad-rows FILE writes them all.")
        return run.count(RowState.BAD) + run.count(RowState.HELD)

    def _progress(self, done: int, _total: int | None) -> None:
        if done % 10_000 == 0:
            self.stdout.write(f"{done:,} rows")


def _actor(mail: str) -> Actor:
    if not mail:
        return SYSTEM
    user = User.objects.filter(email__iexact=mail, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active user {mail}.")
    return user


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    """What the map file says, overruled by the command line."""
    stored: dict[str, Any] = {}
    if options["map"]:
        try:
            stored = tomllib.loads(options["map"].read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise CommandError(f"{options['map']}: {error}") from error
    unknown = set(stored) - {"columns", "fixed", "options", "key", "twins"}
    unknown |= {f"options.{name}" for name in set(stored.get("options", {})) - OPTIONS}
    if unknown:
        raise CommandError(f"{options['map']}: unknown {', '.join(sorted(unknown))}.")
    reading = dict(stored.get("options", {}))
    if options["encoding"]:
        reading["encoding"] = options["encoding"]
    return {
        "columns": stored.get("columns", {}),
        "fixed": {name: str(value) for name, value in stored.get("fixed", {}).items()},
        "options": reading,
        "key": options["key"] or stored.get("key", ""),
        "twins": options["twins"] or stored.get("twins", ""),
    }


def _places(run: ImportRun, columns: dict[str, str]) -> dict[int, str]:
    """The field by place, for columns named by their heading (capitals do not matter)."""
    places = {heading.lower(): place for place, heading in reversed(list(enumerate(run.facts["headings"])))}
    for heading in columns:
        if heading.lower() not in places:
            raise ColumnUnknown(column=heading)
    return {places[heading.lower()]: name for heading, name in columns.items()}
