"""What the head of a page says to machines: its data, its preview, what it is about."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from registry.api.formats import Json, formats_of
from registry.cards.declarations import declared

from ..linked_data import describe, script_of
from ..pictures.views import picture_address

register = template.Library()

# Open Graph's locales have a territory: https://ogp.me/
TERRITORIES = {"en": "en_GB", "be": "be_BY", "ru": "ru_RU"}
PREVIEW = "share.png"  # 1200 × 630


class Captured(template.Node):
    """The text of a block, for use in more than one place: templates render a block once."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        # In one line: it stands in attributes as well.
        context[self.name] = mark_safe(" ".join(self.nodelist.render(context).split()))  # noqa: S308 - rendered, so escaped
        return ""


@register.tag
def captured(parser, token):
    """{% captured title %}…{% endcaptured %} makes `title` a variable."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endcaptured",))
    parser.delete_first_token()
    return Captured(nodelist, name)


@register.simple_tag(takes_context=True)
def linked_data(context):
    """What the page is about as JSON-LD: data, which the policy against scripts lets stand."""
    thing = context.get("thing")
    if card := context.get("card"):
        thing = describe(card, translation.get_language(), context.request.build_absolute_uri)
    text = script_of(thing)
    if not text:
        return ""
    return format_html('<script type="application/ld+json">{}</script>\n', mark_safe(text))  # noqa: S308 - see ESCAPES


@register.simple_tag(takes_context=True)
def data_links(context):
    """A link to the page's records in each format that there is of them."""
    data = context["data"]
    joint = "&" if "?" in data["json"] else "?"
    links = [
        (each.media_type, data["json"] + f"{joint}format={each.format}" * (each.format != "json"))
        for each in formats_of(data["type"])
        if (_of_list(context, each) if data["whole"] else _of_record(data, each))
    ]
    return format_html_join("", '<link rel="alternate" type="{}" href="{}">\n', links)


def _of_list(context, renderer):
    """Whether there is such a file of the list, as far as a page looks."""
    # Only where an empty file is none (IATI) does somebody have to look.
    if renderer.can_be_empty or "holdings" not in context:
        return True
    return context["holdings"].of(renderer) != 0


def _of_record(data, renderer):
    return renderer.format in data["formats"] and (renderer.whole or renderer is Json)


@register.simple_tag(takes_context=True)
def preview(context):
    """Open Graph's words for the locale, and the picture with its absolute address: that of the
    record, or the one of the registry."""
    language = translation.get_language()
    others = [TERRITORIES[code] for code, _name in settings.LANGUAGES if code != language]
    if (card := context.get("card")) and declared[card["type"]].has_page:
        address = picture_address(card["type"], card["slug"])
    else:
        address = static(PREVIEW)
    rows = [
        ("og:locale", TERRITORIES[language]),
        *(("og:locale:alternate", territory) for territory in others),
        ("og:image", context.request.build_absolute_uri(address)),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
    ]
    return format_html_join("", '<meta property="{}" content="{}">\n', rows)
