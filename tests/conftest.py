"""The tests run with the demo's settings; test_deployment.py looks at those of production.

`DATABASE_URL` chooses the database: bin/tests.py runs all of them on SQLite, then on PostgreSQL.
"""

import gc
import os
import shutil
import tempfile

import hypothesis
import pytest

# How long an example takes says what else the machine is doing, not whether the code is right.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

os.environ["DEMO"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "registry.settings"
os.environ.pop("ALLOWED_HOSTS", None)
# Playwright's event loop runs in the thread of the test, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from django.conf import settings  # noqa: E402 - reads the environment set above

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FOLDER = tempfile.mkdtemp(prefix="registry-tests-")

if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: a database in memory locks differently. In a folder of its own,
    # so that two runs in one checkout do not meet.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{FOLDER}/test.sqlite3"
    # No test pulls the plug: on a busy disk most of the time went into waiting for it.
    options = settings.DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
else:
    settings.LEDGER = f"{FOLDER}/ledger"
settings.STATIC_ROOT = FOLDER  # WhiteNoise warns of one that does not exist
# Hashed names need `collectstatic`; slow password hashes are the point of the others.
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # once, not in each of xdist's workers
        from registry.management.commands.compilemessages import Command

        Command().handle(verbosity=0)


def pytest_unconfigure(config):
    shutil.rmtree(FOLDER, ignore_errors=True)


def pytest_collection_modifyitems(items):
    if CHROMIUM is None:
        skip = pytest.mark.skip(reason="no Chromium on this machine (Debian: chromium)")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)


def pytest_collection_finish():
    """What is imported stays: to look for garbage in it took a fifth of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def _templates_as_in_production(django_test_environment):
    """Django's tests copy the context of each template; a form of the staff has thousands."""
    from django.template import Template
    from django.test.utils import _TestState

    Template._render = _TestState.saved_data.template_render


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    # Chromium's sandbox does not start for root, which is who runs the tests in a container.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(autouse=True)
def _nothing_kept():
    """A test that is rolled back gives its change numbers to the next one, and some tests name
    files otherwise or mark what templates draw."""
    from django.core.cache import caches

    from registry.cards.models import Counter
    from registry.cards.pieces import pieces
    from registry.pages.templatetags import once

    caches["kept"].clear()
    pieces.forget()
    Counter.remembered = None
    once.texts.clear()


@pytest.fixture(autouse=True)
def _pages_in_one_line(monkeypatch):
    """Where a template breaks its lines is nobody's business; see tests/support/layout.py."""
    from django.test import Client

    from tests.support.layout import lay_out

    request = Client.request
    monkeypatch.setattr(Client, "request", lambda self, **asked: lay_out(request(self, **asked)))
