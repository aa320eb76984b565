from django.urls import URLPattern

from core.settingspages.kinds import urls_for as settings_for
from production.setuppages import ScrapReasons

app_name = "production"
urlpatterns: list[URLPattern] = [*settings_for(ScrapReasons)]
