from django.urls import path

from core.customfields import views

urlpatterns = [
    path("settings/own-fields/", views.FieldList.as_view(), name="own_field_list"),
    path("settings/own-fields/new/", views.FieldNew.as_view(), name="own_field_new"),
    path("settings/own-fields/<int:pk>/", views.FieldEdit.as_view(), name="own_field"),
    path("settings/own-fields/<int:pk>/move/", views.FieldMove.as_view(), name="own_field_move"),
    path("settings/own-fields/<int:pk>/retire/", views.FieldRetire.as_view(), name="own_field_retire"),
    path("settings/own-fields/<int:pk>/restore/", views.FieldRestore.as_view(), name="own_field_restore"),
    path("settings/own-fields/<int:pk>/try-again/", views.FieldRetry.as_view(), name="own_field_retry"),
]
