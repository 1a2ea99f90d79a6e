"""Words of names, found by what is spelled nearly as they are.

A word is stored under its beginning and under that with each one letter left out; what is typed is
looked for under its own. Two words that differ by a letter that is lost, added, another one or
swapped with the next share such a key, so a look-up by equality finds them, on every database.
"""

from collections import Counter

from registry.values.stemming import MARK

from .loader import MANY
from .models import Deferred, NameSpelling, NameWord, SearchText
from .prepared import Prepared
from .private_django import delete_alone
from .sql import delete, insert, update

BEGINNING = 7  # letters of a word that are looked at
SHORTEST = 3  # a shorter word has no misspellings, only other words
LONGEST = 60

# What one Cyrillic letter is folded to counts as one letter.
_ONE_LETTER = {"shch": "W", "sh": "S", "ch": "C", "zh": "Z", "ia": "A", "iu": "U"}


def tight(word):
    """The folded word with a sign for each letter of which the folding makes several."""
    for letters, sign in _ONE_LETTER.items():
        word = word.replace(letters, sign)
    return word


def keys(word):
    """The keys of a folded word: of itself, and of it as `tight`."""
    if len(word) < SHORTEST or word.isdecimal():
        return {word[:BEGINNING]}
    found = set()
    for beginning in {word[:BEGINNING], tight(word)[:BEGINNING]}:
        found.add(beginning)
        found |= {beginning[:n] + beginning[n + 1 :] for n in range(len(beginning))}
    return found


def count(lost=(), gained=()):
    """Words of names come and go with the cards: texts of words with spaces between."""
    numbers = Counter(word for text in gained for word in _words(text))
    numbers.subtract(word for text in lost for word in _words(text))
    changed = sorted(word for word, number in numbers.items() if number)
    for start in range(0, len(changed), MANY):
        _count({word: numbers[word] for word in changed[start : start + MANY]})


def _words(text):
    """Those of a text of the search; its stems are words of no name."""
    return [word for word in text.split() if len(word) <= LONGEST and not word.startswith(MARK)]


def _count(numbers):
    stored = dict(NameWord.objects.filter(word__in=numbers).values_list("word", "cards"))
    left = {word: cards + numbers[word] for word, cards in stored.items()}
    gone = NameWord.objects.filter(word__in=[word for word, cards in left.items() if cards <= 0])
    if keys_of_gone := list(gone.values_list("pk", flat=True)):
        delete(NameSpelling, "word", keys_of_gone)
        delete(NameWord, "pk", keys_of_gone)
    update(NameWord, ("cards",), "word", [(n, word) for word, n in left.items() if n > 0])
    new = [(word, number) for word, number in numbers.items() if number > 0 and word not in stored]
    if new:
        insert(NameWord, ("word", "cards"), new)
        made = NameWord.objects.filter(word__in=[word for word, _ in new])
        rows = [(key, pk) for pk, word in made.values_list("pk", "word") for key in keys(word)]
        insert(NameSpelling, ("key", "word"), sorted(rows))


def withheld():
    """{word: in how many names of cards it is that nobody may read now}

    For a while that may be thousands; else there are none, or a few that cannot be written.
    """
    return Counter(word for (text,) in _withheld.rows() for word in _words(text))


# Asked for by each look for what is spelled nearly so.
_withheld = Prepared(
    lambda: SearchText.stored.filter(card__in=Deferred.withheld()).values_list("names")
)


def recount():
    """All of it anew, from the names of the cards."""
    for model in (NameSpelling, NameWord):
        delete_alone(model.objects.all())
    count(gained=SearchText.stored.values_list("names", flat=True).iterator())


def differences():
    """Yields a sentence for every word that is not as the names of the cards say."""
    numbers = Counter()
    for names in SearchText.stored.values_list("names", flat=True).iterator():
        numbers.update(_words(names))
    for each in NameWord.objects.prefetch_related("spellings").iterator(chunk_size=1000):
        if numbers.pop(each.word, 0) != each.cards:
            yield f"word {each.word}: is in another number of names"
        if sorted(spelling.key for spelling in each.spellings.all()) != sorted(keys(each.word)):
            yield f"word {each.word}: its spellings differ"
    for word in numbers:
        yield f"word {word}: is in names and is not counted"
