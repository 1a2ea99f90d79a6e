"""What a kind of record needs in order to be shown: it is found out at the start, by no reader."""

from django.conf import settings
from django.core import checks
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import Resolver404, resolve

from registry.api.viewsets import viewsets
from registry.cards.declarations import declared, list_address
from registry.cards.models import Card
from registry.values.signature import publisher, registry_name

RANKS = ("searched", "followed", "in_menu", "at_home", "matched")


def check_kinds(app_configs, **kwargs):
    """Every fact that pages, the API and the search ask of a kind is there."""
    kinds = declared.values()
    return [
        checks.Error(f"The kind “{kind.type}” {problem}.", obj=kind.serializer, id="registry.E001")
        for kind in kinds
        for problem in (*_faults(kind), *_taken(kind, [each for each in kinds if each != kind]))
    ]


def check_signature(app_configs, **kwargs):
    """Name and publisher are written so that they can be read."""
    try:
        registry_name()
        publisher()
    except ValueError as error:
        return [checks.Error(f"REGISTRY_NAME or REGISTRY_PUBLISHER: {error}", id="registry.E002")]
    return []


def check_publisher(app_configs, **kwargs):
    """Readers are told who answers for what they read."""
    if settings.REGISTRY_PUBLISHER or settings.DEMO:
        return []
    hint = "Set REGISTRY_PUBLISHER: Name <role@example.org> https://example.org"
    return [checks.Warning("Nobody signs this registry.", hint=hint, id="registry.W001")]


def _faults(kind):
    if bool(kind.model) == bool(kind.cut):
        yield "needs a model or what its cards are cut from, and not both"
    if len(kind.type) > Card._meta.get_field("type").max_length:
        yield "has too long a name"
    if kind.type not in viewsets:
        yield "is served by no viewset: its app imports one when it is ready"
    shown = kind.has_page or kind.searched
    if shown and not kind.counted:
        yield "does not say how many of it there are: `counted`"
    if shown and not kind.page:
        yield "is found by the search and has no page: `page`"
    named = kind.followed or kind.in_menu or kind.at_home or kind.matched
    if named and not kind.has_page:
        yield "is named on pages and has none of its own: `page`"
    if kind.has_page:
        yield from _unseen(kind)


def _unseen(kind):
    try:
        get_template(f"rows/{kind.type}.html")
    except TemplateDoesNotExist:
        yield f"has no row in lists: templates/rows/{kind.type}.html"
    for path in (list_address(kind.type), f"{list_address(kind.type)}a-slug/"):
        try:
            resolve(path)
        except Resolver404:
            yield f"has no page at {path}: its app names its addresses as `pages`"


def _taken(kind, others):
    if any(kind.collection == other.collection for other in others):
        yield f"is called {kind.collection} like another one"
    for fact in RANKS:
        if getattr(kind, fact) and any(
            getattr(kind, fact) == getattr(other, fact) for other in others
        ):
            yield f"has the place of another one: `{fact}`"
