from django.urls import path

from core.ui import switch_views

urlpatterns = [
    path("settings/switches/", switch_views.SwitchList.as_view(), name="switch_list"),
    path("settings/switches/<slug:code>/", switch_views.SwitchOne.as_view(), name="switch"),
]
