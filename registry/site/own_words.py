"""What the registry means by its own words, for the glossary: short, and true of every record."""

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declared

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


def own_words(examples):
    """[(word, what it is called, what it means, an example or None)]."""
    return [
        (word, name or capfirst(declared[word].name), words, examples.get(word))
        for word, name, words in WORDS
    ]
