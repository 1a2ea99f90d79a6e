"""What stays of a folded word in its other forms: one light stemmer for the three languages.

It works on folded words (`registry.values.folding`), in which the endings of Belarusian and Russian
are nearly the same and no word tells its language: so whatever was typed, in whichever script, has
the stems that the text has. How well it does: docs/decisions/0017-word-forms.md.
"""

import re
from itertools import islice, product

from .remembered import remembered

# Endings of nouns and adjectives, folded: -ый, -ии and -і are i, -ые is e, -ов and -аў ou and au.
CERTAIN = {
    "a", "ia", "i", "e", "o", "oiu", "aiu", "iaiu", "eiu", "aia", "iaia", "iae", "imi", "iuiu",
}  # fmt: skip
# What программы, систем, право or series may end in without having that ending.
DOUBTFUL = {
    "ami", "iami", "om", "am", "em", "iam", "im", "ah", "iah", "ih", "oi", "ai", "iai", "ei", "oe",
    "ae", "ou", "au", "iau", "eu", "u", "iu", "uiu", "oho", "oha", "aho", "aha", "eho", "iaho",
    "iaha", "omu", "amu", "emu", "iamu", "es",
}  # fmt: skip
LONGEST = 4
SHORTEST = 3  # letters of a stem
# людьми, дзецьмі
WITH_MI = re.compile("(?<=[dtcz])mi$")
# дзеці and дзяцей, вёскі and вяскоў
YAKANNE = re.compile("^([^aeiou]{1,3}|u)ia")
# English, and what looks like it: курс stays, конкурс loses its last letter in all forms
PLURAL = re.compile("(?<=....)(?:eses|es|s)$")
VOWEL = re.compile("[aeiou]")
IRREGULAR = {"uomen": "uoman", "children": "child"}
# горад and гарады, вада and воды: the few common ones in which the vowel of the stem is another
ALIKE = {"harad": "horad", "had": "hod", "uad": "uod"}
# Before a stem in the columns of the search: no word begins so. A stem that is a word of the text
# itself is not stored twice.
MARK = "·"


@remembered(maxsize=100_000)
def stems(word):
    """The stems that a folded word may have; what is short or has digits is its own."""
    if len(word) <= SHORTEST or not word.isalpha():
        return frozenset([word])
    word = IRREGULAR.get(word, word)
    found = set()
    for ending in _endings(word):
        found |= _softened(word[: len(word) - len(ending)], ending)
    return frozenset(found)


def with_stems(words):
    """The folded words and, marked, their stems: what the columns of the search hold."""
    return set().union(*map(_with_stems, words))


@remembered(maxsize=100_000)
def _with_stems(word):
    return frozenset({word, *(MARK + stem for stem in stems(word) if stem != word)})


def word_of_kind(card_type):
    """The kind of a card among the words of its names: no stem begins with the mark."""
    return f"{MARK}{MARK}{card_type}"


def sign_of(card_type):
    """What each word of all its text begins with: words of cards of one kind stand together."""
    return f"{card_type[0]}{card_type[-1]}{MARK}"


def forms_of(word):
    """What `with_stems` gives of some form of the word."""
    return {form for stem in stems(word) for form in (stem, MARK + stem)}


def are_forms(word, other):
    """Whether both may be forms of one word."""
    return word == other or not stems(word).isdisjoint(stems(other))


def stems_of_name(name, most=8):
    """The stems of a folded name of several words, as sets of one for each."""
    found = product(*(sorted(stems(word)) for word in name.split()))
    return {" ".join(each) for each in islice(found, most)}


def _endings(word):
    """The longest ending that it can have, and, where that is doubtful, shorter ones or none."""
    if len(word) > SHORTEST + 1 and WITH_MI.search(word):
        return ["mi"]
    kept = []
    for length in range(min(LONGEST, len(word) - SHORTEST), 0, -1):
        ending = word[-length:]
        if ending in CERTAIN:
            return [*kept, ending]
        if ending in DOUBTFUL:
            kept.append(ending)
    return [*kept, ""]


def _softened(stem, ending):
    found = {stem}
    if stem.endswith("dz"):
        found = {stem[:-1]}
    elif ending in ("e", "i") and stem.endswith("c"):
        found |= {stem[:-1] + "k", stem[:-1] + "t"}
    elif ending == "e" and stem[-1:] in ("z", "s"):
        found.add(stem[:-1] + "h")
    elif not ending and stem.endswith("c"):  # grants and projects, in which ts is read as ц
        found |= {stem[:-1] + "t", stem + "t"}
    return {_bare(each) for each in found}


def _bare(stem):
    """Without the plural of English, and without a vowel that comes and goes or changes."""
    stem = YAKANNE.sub(r"\1e", PLURAL.sub("", stem))
    if len(stem) > 4 and _is_fleeting(stem):
        stem = stem[:-2] + stem[-1]
    return ALIKE.get(stem, stem)


def _is_fleeting(stem: str):
    """Whether its last vowel may come and go: гандаль and гандлю, бежанец and бежанцы."""
    before, sound, vowel, last = stem[:-3], *stem[-3:]
    return (
        last in "kclnh"
        and vowel in "aeo"
        and sound not in "aeio"
        and VOWEL.search(before) is not None
    )
