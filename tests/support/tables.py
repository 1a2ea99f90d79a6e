"""The models over which a rule for all is asked."""

from django.apps import apps

from registry.records.models import Entry, Marked, Part

MARKED = [model for model in apps.get_models() if issubclass(model, Marked)]
ENTRIES = [model for model in MARKED if issubclass(model, Entry)]
PARTS = [model for model in MARKED if issubclass(model, Part)]
