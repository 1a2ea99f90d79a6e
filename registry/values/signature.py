"""Who signs the registry: what it is called and who publishes it, as the settings say."""

import re
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .bodies import TextObject
from .texts import LANGUAGES, in_all_languages, spoken

# Two are signed by nobody else: a registry without a name of its own, and the demo.
NAME = _("Programme Registry")
DEMONSTRATION = _("demonstration on one computer")

SIGNED = re.compile(
    r"(?P<name>[^<>]*[^<>\s])\s*<(?P<mailbox>[^<>\s@]+@[^<>\s@]+)>(?:\s+(?P<website>https?://\S+))?"
)


class Publisher(NamedTuple):
    """Who answers for the registry; the mailbox is that of a role and of no person."""

    name: TextObject
    mailbox: str | None
    website: str | None

    @property
    def address(self):
        """Where they are found: the website, or else the mailbox."""
        return self.website or (self.mailbox and f"mailto:{self.mailbox}")


def in_languages(text):
    """One text for all languages, or three with a bar between: English | Belarusian | Russian.

    ValueError of any other number.
    """
    words = [each.strip() for each in text.split("|")]
    if len(words) not in (1, len(LANGUAGES)) or not all(words):
        raise ValueError(f"One name, or {len(LANGUAGES)} with a bar between: {text!r}")
    return dict(zip(LANGUAGES, words * (len(LANGUAGES) // len(words)), strict=True))


def registry_name(language=None) -> str:
    """The name in the language, or the reader's."""
    if settings.REGISTRY_NAME:
        return spoken(in_languages(settings.REGISTRY_NAME), language)
    return spoken(in_all_languages(lambda: NAME), language)


def publisher() -> Publisher | None:
    """Who the settings name; None where they name nobody. ValueError of what cannot be read."""
    if settings.REGISTRY_PUBLISHER:
        found = SIGNED.fullmatch(settings.REGISTRY_PUBLISHER.strip())
        if found is None:
            raise ValueError("Written as in: Name <role@example.org> https://example.org")
        return Publisher(in_languages(found["name"]), found["mailbox"], found["website"])
    if settings.DEMO:
        return Publisher(in_all_languages(lambda: DEMONSTRATION), None, None)
    return None


def publisher_name(language=None) -> str:
    """What the publisher is called, or the registry itself where nobody is named."""
    signed = publisher()
    return spoken(signed.name, language) if signed else registry_name(language)
