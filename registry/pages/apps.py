from django.apps import AppConfig
from django.core import checks


class PagesConfig(AppConfig):
    name = "registry.pages"
    label = "pages"

    def ready(self):
        from . import words
        from .checks import check_kinds, check_publisher, check_signature

        checks.register(check_kinds)
        checks.register(check_signature)
        checks.register(check_publisher, deploy=True)
        words.register()
