"""How much of everything there is, and the ground that all parts of the set stand on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

DAYS = 3 * 365
PIPELINES, STAGES = 10, 8
WAREHOUSES = 5
LINES_PER_ORDER = 4
# Moves of an item in a warehouse: three come in, five go out.
COMING, GOING = 3, 5


@dataclass(frozen=True)
class Plan:
    """The sizes of one set. `scale` makes it ten times as large, `fraction` small enough for a test."""

    until: date
    scale: int = 1
    fraction: float = 1.0
    seed: int = 20

    def of(self, full: int) -> int:
        return max(1, round(full * self.scale * self.fraction))

    @property
    def users(self) -> int:
        return 50

    @property
    def companies(self) -> int:
        return self.of(20_000)

    @property
    def contacts(self) -> int:
        return self.of(100_000)

    @property
    def leads(self) -> int:
        return self.of(50_000)

    @property
    def talks(self) -> int:
        return self.of(300_000)

    @property
    def open_deals(self) -> int:
        return self.of(5_000)

    @property
    def won_deals(self) -> int:
        return self.of(20_000)

    @property
    def lost_deals(self) -> int:
        return self.of(25_000)

    @property
    def items(self) -> int:
        """A multiple of five, so that every warehouse gets as many orders."""
        return 5 * self.of(1_000)

    @property
    def orders(self) -> int:
        """Six for each item, so that every line is one of the five times that an item goes out of a warehouse."""
        return self.items * 6

    def random(self, subject: str) -> Random:
        """The dice of one part of the set: the same numbers whatever the other parts do."""
        return Random(f"{self.seed}:{subject}")  # noqa: S311 - nothing here is a secret

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.until, time(8), tzinfo=UTC) - timedelta(days=DAYS)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.until, time(8), tzinfo=UTC)

    def at(self, share: float) -> datetime:
        """The moment at which a share (0 to 1) of the time is over, to the second."""
        return self.begins + timedelta(seconds=int(share * DAYS * 86_400))


@dataclass
class Company:
    """Keys of what stands before the first record is loaded."""

    organization: int
    currency: str
    branches: list[int]
    warehouses: list[int]
    places: list[int]  # the default place of each warehouse, in the same order
    outside: dict[str, int]
    unit: int
    tax: int
    account: int
    users: list[int]
    sellers: list[int]
    sources: list[int]
    pipelines: list[int]
    # For each pipeline its open stages in order, then won and lost.
    stages: list[list[int]]
    categories: list[int] = field(default_factory=list)
