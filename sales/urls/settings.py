"""Addresses of the settings of sales."""

from django.urls import URLPattern, path

from core.settingspages.kinds import urls_for as settings_for
from sales.setuppages import Pipelines, Stages
from sales.views import duties

urlpatterns: list[URLPattern] = [
    *settings_for(Pipelines, Stages),
    path("settings/stages/<int:pk>/duties/new/", duties.DutyNew.as_view(), name="settings_duty_new"),
    path("settings/duties/<int:pk>/remove/", duties.DutyRemove.as_view(), name="settings_duty_remove"),
]
