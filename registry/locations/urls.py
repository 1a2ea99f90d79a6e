from django.urls import path

from . import views

urlpatterns = [
    path("places/", views.LocationList.as_view(), name="places"),
    path("places/<str:slug>/", views.LocationPage.as_view(), name="place"),
]
