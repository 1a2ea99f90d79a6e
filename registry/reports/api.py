"""What partners' tools suggest: the same as the form for readers, with a key."""

from django.conf import settings
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.parsers import JSONParser
from rest_framework.response import Response

from registry.api.components import STRING
from registry.api.viewsets import ReadingView, with_etag
from registry.middleware.problems import BadParameter, BadParameters, Problem
from registry.values.texts import LANGUAGES

from .forms import SuggestionForm
from .models import SuggestedKind

MAX_BYTES = 16_000
NAMES = {"type": "suggested", "what": "what", "who": "who", "where": "place", "when": "dates"}
NAMES |= {"source": "source", "more": "text", "contact": "contact"}
CODES = {"type": SuggestedKind.values, "language": list(LANGUAGES)}
SENT = {
    "type": "object",
    "properties": {
        **dict.fromkeys(NAMES, STRING),
        **{name: STRING | {"enum": [*codes]} for name, codes in CODES.items()},
    },
    "required": ["type", "what", "source"],
}


# Generated clients read: what is written is for the few who have a key (docs/contract.md).
@extend_schema(exclude=True)
class SuggestionsView(ReadingView):
    """A record that is missing, for the staff to write: it is never public by itself."""

    http_method_names = ("get", "head", "options", "post")
    parser_classes = [JSONParser]

    @with_etag
    def get(self, request):
        """What can be sent."""
        self.requested("format")
        return Response({"post": SENT})

    def post(self, request):
        if request.auth is None:
            raise AuthenticationFailed(gettext("Send a key: Authorization: Api-Key …"))
        # Before `request.data` reads all of it.
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
            raise Problem(413, f"At most {MAX_BYTES} bytes can be sent at once.")
        form, language = read(request.data)
        form.instance.language = language
        number = form.save().reference
        return Response({"number": number}, status=201, headers={"Cache-Control": "no-store"})


def read(data):
    """(a form without errors, the language of its words) of what was sent."""
    allowed = [*NAMES, "language"]
    if not isinstance(data, dict):
        raise BadParameter("type", "Send one object.", allowed)
    for name, value in data.items():
        if name not in allowed:
            raise BadParameter(str(name)[:60], "There is no such parameter.", allowed)
        if not isinstance(value, str):
            raise BadParameter(name, "Send a text.")
    language = data.get("language", settings.LANGUAGE_CODE)
    if language not in LANGUAGES:
        raise BadParameter("language", "Choose one of these.", list(LANGUAGES))
    typed = {NAMES[name]: value for name, value in data.items() if name in NAMES}
    form = SuggestionForm({name: value.replace("\0", "") for name, value in typed.items()})
    if not form.is_valid():
        names = {field: name for name, field in NAMES.items()}
        found = {names[field]: sentences for field, sentences in form.errors.items()}
        raise BadParameters(found, CODES.get)
    return form, language
