"""The step of the first set-up that clients prove."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.settingspages.steps import Step, add
from crm.models import Client


def _clients() -> str:
    count = Client.objects.filter(binned_at=None).count()
    return ngettext("%(count)d client", "%(count)d clients", count) % {"count": count} if count else ""


add(
    Step(
        "clients",
        _("Clients"),
        _("Bring your address list in, or enter the first client."),
        "building-store",
        _("Import a file"),
        "core:import_start",
        "crm.create_client",
        _clients,
        order=130,
        query="?as=clients",
        more=((_("Add one by hand"), "crm:client_new", ""),),
    )
)
