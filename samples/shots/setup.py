"""Settings, first use, the own account, and the pages without a sign-in."""

from __future__ import annotations

from typing import Any

from core.models import Organization, Tax, WorkCalendar
from sales.models import Pipeline
from samples.shots.screens import Screen, at, of


def first(model: Any) -> Any:
    return lambda _user: model.objects.order_by("pk").first()


SCREENS = (
    Screen("sign-in", "", at("account_login"), mock="01-sign-in"),
    Screen("settings", "administrator", at("core:settings")),
    Screen("settings-company", "administrator", of("core:settings_organization", first(Organization))),
    Screen("settings-calendar", "administrator", of("core:settings_calendar", first(WorkCalendar))),
    Screen("settings-numbering", "administrator", at("core:settings_series_list")),
    Screen("settings-tax", "accountant", of("core:settings_tax", first(Tax))),
    Screen("settings-papers", "administrator", of("core:settings_look", first(Organization))),
    Screen("settings-pipeline", "administrator", of("sales:settings_pipeline", first(Pipeline))),
    Screen("first-set-up", "administrator", at("core:setup")),
    Screen("profile", "seller", at("core:profile")),
    Screen("help", "seller", at("core:help")),
    Screen("no-right", "seller", at("core:settings"), mock="15c-permission-denied"),
)
