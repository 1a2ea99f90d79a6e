import gc
import os

from django.core.wsgi import get_wsgi_application

from registry.cards.private_django import Utf8Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

application = get_wsgi_application()
application.request_class = Utf8Request

# What is loaded by now stays. To look through all of it for garbage takes as long as a hundred
# replies, and would be done in the middle of one.
gc.collect()
gc.freeze()
