import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core import ledgers
from core.ledgers import Check, Finding

SHOWN = 20


@dataclass
class Result:
    """How one check went. `error` is set when the check itself could not run."""

    invariant: str
    name: str
    seconds: float
    findings: list[Finding] = field(default_factory=list)
    error: str = ""

    @property
    def verdict(self) -> str:
        if self.error:
            return "could not run"
        return f"{len(self.findings)} broken" if self.findings else "ok"


class Command(BaseCommand):
    help = (
        "Verify the invariants of stock, money, numbers and history; reports, never repairs. "
        "Exit code 0: all hold; 1: something is broken; 2: a check could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--only", metavar="I1", help="only the checks of this invariant")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["only"]
        chosen = [
            (invariant, name, check)
            for name, (invariant, check) in ledgers.registered().items()
            if wanted in (None, invariant)
        ]
        results = [run(*entry) for entry in chosen]
        self._print_json(results) if options["json"] else self._print_lines(results)
        if any(result.error for result in results):
            raise CommandError("a check could not run", returncode=2)
        broken = sum(len(result.findings) for result in results)
        if broken:
            raise CommandError(f"{broken} broken promises", returncode=1)

    def _print_json(self, results: list[Result]) -> None:
        broken = sum(len(result.findings) for result in results)
        self.stdout.write(json.dumps({"broken": broken, "checks": [asdict(result) for result in results]}, default=str))

    def _print_lines(self, results: Iterable[Result]) -> None:
        results = list(results)
        for result in results:
            line = f"{result.invariant:4} {result.name:56} {result.seconds:7.2f} s  {result.verdict}"
            self.stdout.write(line if result.verdict == "ok" else self.style.ERROR(line))
            for finding in result.findings[:SHOWN]:
                self.stdout.write(f"     {finding.place}: {finding.problem}")
            if len(result.findings) > SHOWN:
                self.stdout.write(f"     … and {len(result.findings) - SHOWN} more")
            if result.error:
                self.stdout.write(f"     {result.error}")
        bad = [result for result in results if result.verdict != "ok"]
        self.stdout.write(f"{len(bad)} of {len(results)} checks failed." if bad else "All ledgers agree.")


def run(invariant: str, name: str, check: Check) -> Result:
    started = time.monotonic()
    try:
        with transaction.atomic():
            findings, error = list(check()), ""
    except Exception as problem:
        findings, error = [], f"{type(problem).__name__}: {problem}"
    return Result(invariant, name, time.monotonic() - started, findings, error)
