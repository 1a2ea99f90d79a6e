"""Counts each request, whatever else becomes of it: by kind, status and time, and nothing more."""

from time import perf_counter

from registry.ops.metrics import count


class MetricsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        began = perf_counter()
        response = self.get_response(request)
        count(request, response, perf_counter() - began)
        return response
