"""The settings of the registry with the toys in it."""

from registry.settings import *  # noqa: F403 - the same but for the next line
from registry.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toys"]
