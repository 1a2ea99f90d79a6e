"""What the registry means by its own words: short, and true of every record.

The glossary explains them all, the search the one that was typed.
"""

from functools import cache

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declared
from registry.listings.search.query import CYRILLIC
from registry.values.folding import fold_words
from registry.values.stemming import stems
from registry.values.texts import in_all_languages

# (the word in addresses, what it is called or the kind that is called so, what it means)
WORDS = (
    (
        "programme",
        None,
        _(
            "What is done again and again or over a longer time under one name: a contest, a"
            " training, a forum, small grants."
        ),
    ),
    (
        "edition",
        None,
        _("One round of a programme with its own dates, places and figures: the sixth contest."),
    ),
    (
        "initiative",
        None,
        _("A project that was put forward or carried out within a programme or an edition."),
    ),
    (
        "event",
        None,
        _("Something that people come to on a day: a final, a session, a deadline."),
    ),
    (
        "organisation",
        None,
        _("Whoever runs, funds or supports these: an NGO, a foundation, a state body, a company."),
    ),
    (
        "figure",
        _("Figure"),
        _(
            "A number as a source reports it, with what was counted and when. Figures that differ"
            " stand side by side; nothing is added up."
        ),
    ),
    (
        "role",
        _("Role"),
        _(
            "What an organisation does in a programme, as a source says it: it funds, organises,"
            " hosts, or takes part."
        ),
    ),
    (
        "status",
        _("Status"),
        _(
            "Whether a programme is planned, running or over follows from its dates and the day on"
            " which you read. Where no date is known, it is unknown."
        ),
    ),
    (
        "not-recorded",
        _("Not recorded"),
        _("No source was found to say it, or it may not be shown. It does not mean “none”."),
    ),
    (
        "precision",
        _("Precision of a place"),
        _(
            "How finely a place is shown: the exact spot, the town, the district, the region or"
            " only the country. It is as fine as is safe for those who work there."
        ),
    ),
)


# What else people call them, in any language.
ALSO = {
    "programme": ("program",),
    "edition": ("season", "cohort", "сезон", "выпуск", "правядзенне", "проведение"),
    "figure": ("reported figure", "число", "лік"),
    "not-recorded": ("not stated",),
    "precision": ("precision", "дакладнасць", "точность"),
}


def own_words(examples):
    """[(word, what it is called, what it means, an example or None)]."""
    return [(word, _called(word, name), words, examples.get(word)) for word, name, words in WORDS]


def explained(text):
    """{"word", "name", "words"} of the own word that a text is, in any of its forms and of the
    three languages, each in its own script, or None."""
    typed = _forms_of(text)
    found = {word for name, word in _forms() if _are_forms(typed, name)}
    for word, name, words in WORDS:
        if word in found:
            return {"word": word, "name": _called(word, name), "words": words}
    return None


def _called(word, name):
    return capfirst(name or declared[word].name)


def _forms_of(text):
    """[(whether the text is in Cyrillic, what a word of it may be a form of)]: folded alone, like
    would be лік and statue статус."""
    if CYRILLIC.search(text):
        return [(True, _cyrillic_forms(word)) for word in fold_words(text)]
    return [(False, {word, word.removesuffix("s")}) for word in fold_words(text)]


def _cyrillic_forms(word):
    """Its stems, without the plural of English: статус has none, so it is not статуя."""
    return {stem + "s" if word.startswith(stem + "s") else stem for stem in stems(word)}


def _are_forms(typed, name):
    return len(typed) == len(name) and all(
        script == other and not forms.isdisjoint(others)
        for (script, forms), (other, others) in zip(typed, name, strict=True)
    )


@cache
def _forms():
    """[(the forms of each word of a name, the own word that has it)]."""
    return [(_forms_of(name), word) for word, name, _words in WORDS for name in _names(word, name)]


def _names(word, name):
    yield from in_all_languages(lambda: name or declared[word].name).values()
    if not name:
        yield from in_all_languages(lambda: declared[word].plural).values()
    yield from ALSO.get(word, ())
