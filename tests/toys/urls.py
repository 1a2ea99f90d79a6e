from django.urls import path

from . import views

urlpatterns = [
    path("toys/", views.ToyList.as_view(), name="toys"),
    path("toys/<str:slug>/", views.ToyPage.as_view(), name="toy"),
]
