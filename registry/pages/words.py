"""`{% translate %}` of words that stand in the template: once in a process for each language.

A page says some two hundred of them, and Django looks each up and escapes it anew.
"""

from django.template import Node
from django.templatetags import i18n
from django.utils.translation import get_language


class Words(Node):
    child_nodelists = ()

    def __init__(self, node):
        self.name, node.asvar = node.asvar, None
        self.node, self.texts = node, {}

    def render(self, context):
        key = get_language(), context.autoescape
        text = self.texts.get(key)
        if text is None:
            text = self.texts[key] = self.node.render(context)
        if self.name:
            context[self.name] = text
            return ""
        return text


def translate(parser, token):
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    stands = said.var.literal is not None and not said.filters and node.message_context is None
    return Words(node) if stands else node


def register():
    for name in ("translate", "trans"):
        i18n.register.tag(name, translate)
