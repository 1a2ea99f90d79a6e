from django.apps import AppConfig


class ToysConfig(AppConfig):
    name = "tests.toys"
    label = "toys"
    pages = "tests.toys.urls"

    def ready(self):
        # First the cards: the others ask for them.
        from . import serializers  # noqa: F401, I001
        from . import api  # noqa: F401
