import time
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from samples.volume.loading import load
from samples.volume.plan import Plan


class Command(BaseCommand):
    help = "Fill an empty database with data set S, made by seed and loaded by COPY; `bench` measures on it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, default=1, choices=(1, 10), help="1: set S, 10: ten times as much")
        parser.add_argument("--fraction", type=float, default=1.0, help="a small share of the set, for trying out")
        parser.add_argument("--seed", type=int, default=20)
        parser.add_argument("--until", type=date.fromisoformat, help="the last day of its three years; today")

    def handle(self, *args: Any, scale: int, fraction: float, seed: int, until: date | None, **options: Any) -> None:
        began = time.monotonic()
        plan = Plan(until=until or timezone.now().date(), scale=scale, fraction=fraction, seed=seed)
        counts = load(plan, self._say)
        self.stdout.write(f"{sum(counts.values()):,} rows in {time.monotonic() - began:.0f} s.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
