import os

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")


class Request(WSGIRequest):
    """Everything that is sent here is UTF-8, whatever its header says.

    Django decodes the query with the charset of Content-Type, which may be one that decodes no
    text (`charset=hex`): that raises before any middleware could answer.
    """

    def _set_content_type_params(self, meta):
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )


application = get_wsgi_application()
application.request_class = Request
