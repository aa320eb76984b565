from django.urls import path

from core.search.views import Search

urlpatterns = [path("search/", Search.as_view(), name="search")]
