from django.urls import path

from . import views

urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/thanks/", views.thanks, name="report-thanks"),
]
