from django.urls import path

from core.notices import views

urlpatterns = [
    path("notices/", views.NoticeList.as_view(), name="notice_list"),
    path("notices/bell/", views.Bell.as_view(), name="bell"),
    path("notices/preferences/", views.Preferences.as_view(), name="notice_preferences"),
    path("notices/read/", views.NoticeReadAll.as_view(), name="notice_read_all"),
    path("notices/<int:pk>/open/", views.NoticeOpen.as_view(), name="notice_open"),
    path("notices/<int:pk>/read/", views.NoticeRead.as_view(), name="notice_read"),
    path("reminders/", views.ReminderList.as_view(), name="reminder_list"),
    path("reminders/<int:pk>/forget/", views.ReminderForget.as_view(), name="reminder_forget"),
    path("remind/<slug:app>/<slug:model>/<int:pk>/", views.Remind.as_view(), name="remind"),
]
