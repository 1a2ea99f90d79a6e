from django.urls import path

from . import views

urlpatterns = [
    path("organisations/", views.OrganisationList.as_view(), name="organisations"),
    path("organisations/<str:slug>/", views.OrganisationPage.as_view(), name="organisation"),
]
