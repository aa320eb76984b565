import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test.utils import override_settings

from core import ledgers
from samples.story import run as story
from samples.story.scratch import scratch_database

MAIN_JOB = Path(story.__file__).with_name("main_job.json")


class Command(BaseCommand):
    help = "Run the main job in a scratch database and print each step's expected and actual figures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fixture", type=Path, default=MAIN_JOB, help="another fixture (see docs/story.md)")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument("--twice", action="store_true", help="issue every command twice")

    def handle(self, *args: Any, fixture: Path, twice: bool, **options: Any) -> None:
        try:
            given = json.loads(fixture.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise CommandError(f"{fixture}: {error}") from error
        with tempfile.TemporaryDirectory() as media, override_settings(MEDIA_ROOT=media), scratch_database():
            _run, results = story.tell(given, twice=twice)
            findings = ledgers.run_all()
        if options["json"]:
            self.stdout.write(json.dumps(self._as_json(results, findings), indent=2, ensure_ascii=False))
        else:
            self._print(results)
        differences = sum(len(result.differences) for result in results)
        for finding in findings:
            self.stderr.write(f"{finding.invariant} {finding.check} {finding.place}: {finding.problem}")
        refused = results[-1].actual.get("refused")
        if refused:
            raise CommandError(f"step {results[-1].number} was refused: {refused}")
        if differences or findings:
            raise CommandError(f"{differences} figures differ, {len(findings)} ledger promises broken")

    def _as_json(self, results: list[story.StepResult], findings: list[ledgers.Finding]) -> dict[str, Any]:
        return {
            "steps": [
                {
                    "step": result.number,
                    "title": result.title,
                    "figures": result.actual,
                    "differences": {
                        name: {"expected": wanted, "actual": actual}
                        for name, (wanted, actual) in result.differences.items()
                    },
                }
                for result in results
            ],
            "ledger_findings": [f"{f.invariant} {f.check} {f.place}: {f.problem}" for f in findings],
        }

    def _print(self, results: list[story.StepResult]) -> None:
        checked = 0
        for result in results:
            self.stdout.write(f"\n{result.number}  {result.title}")
            for name, actual in result.actual.items():
                wanted = result.expected.get(name)
                checked += wanted is not None
                mark = "   " if wanted is None else "ok " if wanted == actual else "NOT"
                note = f"   (expected {wanted})" if wanted not in (None, actual) else ""
                self.stdout.write(f"  {mark} {name:32} {actual}{note}")
            for name in result.expected.keys() - result.actual.keys():
                self.stdout.write(f"  NOT {name:32} missing   (expected {result.expected[name]})")
        self.stdout.write(f"\n{checked} figures checked.")
