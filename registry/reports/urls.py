from django.urls import path

from . import views

urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/suggest/", views.suggest, name="suggest"),
    path("report/thanks/", views.thanks, name="report-thanks"),
]
