from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from core.services.firststeps import AdministratorExists, invite_first_administrator


class Command(BaseCommand):
    help = "Print the one-time address at which the first administrator makes his account (valid for 24 hours)."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            token = invite_first_administrator(at=timezone.now())
        except AdministratorExists as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(settings.SITE_URL.rstrip("/") + reverse("core:first_administrator", args=[token]))
