"""The addresses of the registry, and those of the yardsticks behind the same middleware."""

from django.http import HttpResponse
from django.urls import include, path

from registry import urls as registry

from . import twins

handler400, handler500 = registry.handler400, registry.handler500


def empty(request):
    return HttpResponse("empty\n", content_type="text/plain; charset=utf-8")


yardsticks = [path("empty/", empty), *twins.urlpatterns]
urlpatterns = [path("bench/", include(yardsticks)), *registry.urlpatterns]
