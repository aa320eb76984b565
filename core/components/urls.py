from django.urls import path

from core.components import kiosk, views

app_name = "components"
urlpatterns = [
    path("", views.Components.as_view(), name="all"),
    path("kiosk/", kiosk.SampleKiosk.as_view(), name="kiosk"),
]
