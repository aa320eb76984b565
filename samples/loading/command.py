"""What the load commands have in common: their options, the clock and the report at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from samples.loading import issues
from samples.loading.files import SourceFile, find_folder
from samples.loading.runner import Load, Step, run, tell_issues


class LoadCommand(BaseCommand):
    """A command that loads one data set; subclasses name its folder, files and steps."""

    folder: str
    probe: str
    files: Sequence[SourceFile]
    steps: Sequence[Step]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", help="folder of the files, or the one above it")
        parser.add_argument("--issues", metavar="FILE", help="write every line with a problem into this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        load = Load(folder=find_folder(options["path"], self.folder, self.probe), say=self._say)
        run(load, self.files, self.steps)
        tell_issues(self._say)
        if options["issues"]:
            written = issues.write_csv(Path(options["issues"]))
            self._say(f"{written:,} lines with their reasons are in {options['issues']}.")
        new = sum(outcome.new for outcome in load.outcomes.values())
        changed = sum(outcome.changed for outcome in load.outcomes.values())
        self._say(f"Done in {time.monotonic() - began:.0f} s: {new:,} rows new, {changed:,} changed.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
