"""The name of the registry and of whoever publishes it, on its pages."""

from django import template

from registry.values import signature

register = template.Library()


@register.simple_tag
def registry_name():
    return signature.registry_name()


@register.simple_tag
def publisher():
    """{% publisher as signed %}: its name in three languages, mailbox and website; or None."""
    return signature.publisher()
