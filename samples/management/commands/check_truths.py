"""Compare the product's own figures with those that others computed from the same files."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from samples.truths.checking import Verdict, check_all, read_truths
from samples.truths.compare import show

SHOWN = 5


class Command(BaseCommand):
    help = "Compare what the product's selectors say with truths.json: a line per truth, and a count at the end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", help="folder with truths.json, or that file")
        parser.add_argument("--only", default="", metavar="PREFIX", help="only truths whose id begins so, as in aw.")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[Verdict] = Counter()
        for finding in check_all(read_truths(options["path"]), only=options["only"]):
            counts[finding.verdict] += 1
            self.stdout.write(f"{finding.verdict.value:<14} {finding.truth_id}")
            for place, expected, actual in finding.places[:SHOWN]:
                where = f"{place}: " if place else ""
                self.stdout.write(f"{'':<14}   {where}expected {show(expected)[:400]}, actual {show(actual)[:400]}")
            if len(finding.places) > SHOWN:
                self.stdout.write(f"{'':<14}   and {len(finding.places) - SHOWN} more places")
        told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)
        self.stdout.write(f"{counts.total()} truths: {told}.")
        if counts[Verdict.DIFFERS]:
            raise CommandError(f"{counts[Verdict.DIFFERS]} truths differ.")
