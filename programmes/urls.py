from django.urls import path

from . import views
from .agenda import EventList

urlpatterns = [
    path("programmes/", views.ProgrammeList.as_view()),
    path("programmes/<str:slug>/", views.ProgrammePage.as_view()),
    path("editions/", views.EditionList.as_view()),
    path("editions/<str:slug>/", views.EditionPage.as_view()),
    path("initiatives/", views.InitiativeList.as_view()),
    path("initiatives/<str:slug>/", views.InitiativePage.as_view()),
    path("events/", EventList.as_view()),
    path("events/<str:slug>/", views.EventPage.as_view()),
]
