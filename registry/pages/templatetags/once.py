"""What a page says in the same words to everybody: once in a process for each language."""

from django import template
from django.template import Context, Node
from django.utils.translation import get_language

register = template.Library()
texts = {}  # {(node, language): what it is there}


class Once(Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        key = self, get_language()
        if key not in texts:
            # Nothing of the page is given to it: what could differ would be missing everywhere.
            bare = Context(autoescape=context.autoescape)
            with (
                bare.bind_template(context.template),
                bare.render_context.push_state(context.template),
            ):
                texts[key] = self.nodelist.render(bare)
        return texts[key]


@register.tag
def once(parser, token):
    """{% once %}…{% endonce %}: words, addresses of pages and files; nothing of a page."""
    nodelist = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(nodelist)
