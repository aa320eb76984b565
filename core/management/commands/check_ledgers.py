from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import ledgers


class Command(BaseCommand):
    help = "Verify the invariants of stock, money, numbers and history; reports, never repairs."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for name, (invariant, check) in ledgers.registered().items():
            findings = list(check())
            broken += len(findings)
            self.stdout.write(f"{invariant:4} {name:48} {'ok' if not findings else f'{len(findings)} broken'}")
            for finding in findings[:20]:
                self.stdout.write(f"     {finding.place}: {finding.problem}")
        if broken:
            raise CommandError(f"{broken} broken promises")
        self.stdout.write("All ledgers agree.")
