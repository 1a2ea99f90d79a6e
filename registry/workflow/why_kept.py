"""Why a version was kept: in English in history, and in the language of whoever reads it.

    RECOVERED = WhyKept(gettext_noop("recovered"))

History has one column for it, and what people typed stands there as well. So each reason that the
registry gives is known by its sentence, and read by it again.
"""

import re

from django.utils.translation import gettext

LONGEST = 100  # letters that history keeps
NAME = re.compile(r"%\((\w+)\)s")

_known = []


class WhyKept:
    """`sentence` can have places as in "accepted by %(by)s"; `words` gives for some of them the
    function that says in words what was kept there. Of two that fit, the first made is read."""

    def __init__(self, sentence, **words):
        self.sentence, self.words = sentence, words
        parts = NAME.split(sentence)
        parts[::2] = map(re.escape, parts[::2])
        parts[1::2] = (f"(?P<{name}>.+?)" for name in parts[1::2])
        self.pattern = re.compile("".join(parts), re.DOTALL)
        _known.append(self)

    def kept(self, **values):
        """The text for history."""
        return (self.sentence % values)[:LONGEST]

    def fits(self, text):
        return self.pattern.fullmatch(text)

    def read(self, found):
        values = {
            name: self.words[name](value) if name in self.words else value
            for name, value in found.groupdict().items()
        }
        return gettext(self.sentence) % values


def read(text):
    """What history keeps, in the language that is spoken; what a person typed is as it is."""
    for why in _known:
        if found := why.fits(text):
            return why.read(found)
    return text
