"""The registry's settings with the benchmark's addresses beside its own."""

from registry.settings import *  # noqa: F403 - the same but for what is measured
from registry.settings import BASE_DIR, STORAGES

ROOT_URLCONF = "bench.urls"
# Hashed names of static files need `collectstatic`, which has no part in what is measured.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_DIRS: list[object] = []  # it is collected already, in its own place
