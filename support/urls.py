from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from support.registers import Tickets, Visits
from support.views import phone, tickets, visit_calendar, visit_links, visits

app_name = "support"
urlpatterns: list[URLPattern] = [
    path("v/<str:token>/", phone.VisitPublic.as_view(), name="visit_public"),
    path("v/<str:token>/pictures/", phone.VisitPicture.as_view(), name="visit_picture"),
    path("v/<str:token>/worker.js", phone.VisitWorker.as_view(), name="visit_worker"),
    path("crews/", visit_calendar.VisitCalendar.as_view(), name="visit_calendar"),
    path("visits/<int:pk>/start/", visits.VisitStart.as_view(), name="visit_start"),
    path("visits/<int:pk>/finish/", visits.VisitFinish.as_view(), name="visit_finish"),
    path("visits/<int:pk>/fail/", visits.VisitFail.as_view(), name="visit_fail"),
    path("visits/<int:pk>/link/", visit_links.VisitLink.as_view(), name="visit_link"),
    path("visits/<int:pk>/link/revoke/", visit_links.VisitLinkRevoke.as_view(), name="visit_link_revoke"),
    path("tickets/<int:pk>/take/", tickets.TicketTake.as_view(), name="ticket_take"),
    path("tickets/<int:pk>/wait/", tickets.TicketWait.as_view(), name="ticket_wait"),
    path("tickets/<int:pk>/resolve/", tickets.TicketResolve.as_view(), name="ticket_resolve"),
    path("tickets/<int:pk>/close/", tickets.TicketClose.as_view(), name="ticket_close"),
    *urls_for(Visits, list=visits.VisitList, card=visits.VisitCard),
    *urls_for(Tickets, list=tickets.TicketList, card=tickets.TicketCard, new=tickets.TicketNew),
]
