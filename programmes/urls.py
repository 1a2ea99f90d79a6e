from django.urls import path

from . import views
from .agenda import EventList

urlpatterns = [
    path("programmes/", views.ProgrammeList.as_view(), name="programmes"),
    path("programmes/<str:slug>/", views.ProgrammePage.as_view(), name="programme"),
    path("relations/", views.RelationList.as_view(), name="relations"),
    path("editions/", views.EditionList.as_view(), name="editions"),
    path("editions/<str:slug>/", views.EditionPage.as_view(), name="edition"),
    path("initiatives/", views.InitiativeList.as_view(), name="initiatives"),
    path("initiatives/<str:slug>/", views.InitiativePage.as_view(), name="initiative"),
    path("events/", EventList.as_view(), name="events"),
    path("events/<str:slug>/", views.EventPage.as_view(), name="event"),
]
