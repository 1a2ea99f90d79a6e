"""Spellings of places: which are names, in which language, and what they are in English.

GeoNames gives spellings without their language. A Cyrillic one is taken for Belarusian or Russian
when its letters allow no other reading, when a source in that language prints it, or when its
BGN/PCGN romanisation from that language is among the Latin spellings and the other one differs.
It must resemble the place's principal name (Karalin is not how Yelsk is spelt), and it must be
the only one that fits best; else the name in that language stays empty.
"""

import re
import unicodedata
from difflib import SequenceMatcher

# Letters in sequences that only one of the two languages writes, and what neither writes.
BELARUSIAN = re.compile("[ўі]|[бвгжзклмнпрстфхцчш]э|[жчш]ы")
RUSSIAN = re.compile("[ищъ]|[тдр][еёюяь]|[жшч][её]|ый|о[^ -]*о")
NEITHER = re.compile("[їєґѣјљњa-z\u0301]|[сц]ьк|оць|[чшждтр]і")
ALIKE = 0.6  # how much of the consonants two spellings of one name share at least

# fmt: off
SAME = {
    "а": "a", "б": "b", "в": "v", "д": "d", "з": "z", "й": "y", "к": "k", "л": "l", "м": "m",
    "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "ы": "y", "э": "e", "ж": "zh", "ю": "yu", "я": "ya",
    "ь": "", "’": "", "'": "",
}
# fmt: on
BELARUSIAN_BGN = {**SAME, "г": "h", "е": "ye", "ё": "yo", "і": "i", "ў": "w"}
RUSSIAN_BGN = {**SAME, "г": "g", "е": "e", "ё": "e", "и": "i", "щ": "shch", "ъ": ""}
# Latin letters that stand in for their Cyrillic twins in some GeoNames spellings.
TWINS = str.maketrans("aceëiopxyMT", "асеёіорхуМТ")  # noqa: RUF001
# What stands before a name in GeoNames and says what the place is.
PREFIXES = {
    "Horad ": "town",
    "Gorad ": "town",
    "Gorod ": "town",
    "Горад ": "town",
    "Garadski pasjolak ": "urban-settlement",
    "Гарадскі пасёлак ": "urban-settlement",
    "Agragaradok ": "agrotown",
    "Аграгарадок ": "agrotown",
    "Posëlok ": None,
    "Posjolok ": None,
    "Poselok ": None,
    "Посёлок ": None,
    "Sovkhoz ": None,
}


def slugify(text):
    # NFKD takes accents off, but leaves these two as they are.
    text = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("ı", "i"))
    text = without_apostrophes(text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", text).strip("-")


def without_prefix(name):
    """The name and the kind that its prefix states, if any."""
    for prefix, kind in PREFIXES.items():
        if name.startswith(prefix):
            return name.removeprefix(prefix), kind
    return name, None


def is_spelling(name):
    """A name in Latin or in Cyrillic letters, and not a code or a romanised Chinese one."""
    if name != name.strip() or name.isupper() or not name[:1].isupper() or " - " in name:
        return False
    scripts = {unicodedata.name(letter).split()[0] for letter in name if letter.isalpha()}
    return len(scripts) == 1 and scripts <= {"LATIN", "CYRILLIC"}


def without_apostrophes(text):
    return re.sub("['’ʼ]", "", text)


def fold(text):
    """Without case, accents, apostrophes and hyphens: what two spellings are compared by."""
    text = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("-", " "))
    return re.sub("['’ʼ‘`\u0300-\u036f]", "", text)


def is_cyrillic(text):
    return bool(re.search("[а-яёіў]", text, re.IGNORECASE))


def mended(text):
    """The spelling with its Latin twins turned Cyrillic, if it is Cyrillic at all."""
    return text.translate(TWINS) if is_cyrillic(text) else text


def in_belarusian(name):
    return fold("".join(BELARUSIAN_BGN.get(letter, letter) for letter in name.lower()))


def in_russian(name):
    # BGN/PCGN writes е as ye where a word begins, and after vowels, ъ and ь.
    name = re.sub("(?<=[аеёиоуыэюяьъ -])е|^е", "ye", name.lower())
    return fold("".join(RUSSIAN_BGN.get(letter, letter) for letter in name))


def romanised(name):
    """A Belarusian name in the romanisation of BGN/PCGN (1979), without its apostrophes."""
    letters = []
    for letter in without_apostrophes(name):
        latin = BELARUSIAN_BGN.get(letter.lower(), letter)
        letters.append(latin.capitalize() if letter.isupper() else latin)
    return "".join(letters)


def alike(name, main):
    """Whether the consonants are much the same."""

    def consonants(text):
        # Belarusian ў and г are romanised w and h where Russian has v and g.
        return re.sub("[aeiouy ]", "", text.replace("w", "v").replace("h", "g"))

    spelt = {consonants(in_belarusian(name)), consonants(in_russian(name))}
    main = consonants(main)
    return any(SequenceMatcher(None, text, main).ratio() >= ALIKE for text in spelt)


def single(names):
    """The only name; of two that differ by ё alone, the one that writes it; else ""."""
    if len({name.replace("ё", "е") for name in names}) != 1:
        return ""
    return max(names, key=lambda name: name.count("ё"))


def names_by_language(mains, spellings, printed=""):
    """{"be": name, "ru": name} of a place, "" where it is not certain.

    `mains` are its principal Latin spellings, best first; `printed` is what a Russian source says.
    """
    mains = [fold(main) for main in mains]
    latin = {*mains, *(fold(text) for text in spellings if not is_cyrillic(text))}
    cyrillic = [
        text
        for text in spellings
        if is_cyrillic(text) and not NEITHER.search(text.lower()) and alike(text, mains[0])
    ]
    russian = [name for name in cyrillic if RUSSIAN.search(name.lower())]
    ru = (
        single([name for name in cyrillic if fold(name) == fold(printed)])
        or single(russian)
        or single([name for name in russian if in_russian(name) in latin])
    )

    ranks = {name: rank_as_belarusian(name, ru, mains, latin, printed) for name in cyrillic}
    best = max(filter(None, ranks.values()), default=None)
    be = single([name for name, found in ranks.items() if best and found == best])
    if not ru and be:
        rest = [
            name
            for name in cyrillic
            if in_russian(name) in latin and not BELARUSIAN.search(name.lower())
        ]
        ru = single([name for name in rest if name != be]) or single(
            [name for name in rest if in_belarusian(name) != in_russian(name)]
        )
    return {"be": be, "ru": ru}


def rank_as_belarusian(name, ru, mains, latin, printed):
    """How well a name fits as the Belarusian one beside the Russian, 0 for not at all."""
    text, spelt = name.lower(), in_belarusian(name)
    if RUSSIAN.search(text):
        return 0
    if name == ru:  # Гомель is Homyel or Gomel; without an о the two languages spell alike
        return 5 if spelt in mains and spelt != in_russian(name) else 0.5 * ("о" not in text)
    told = BELARUSIAN.search(text) or (
        spelt in latin if ru or printed else spelt in mains and spelt != in_russian(name)
    )
    return told and 1 + (spelt in latin) + (spelt in mains) + (spelt == mains[0])


def in_english(main, stem, belarusian, spellings):
    """The principal name without apostrophes, in plain letters if GeoNames has it so."""
    plain = without_apostrophes(main)
    if plain.isascii() or is_cyrillic(plain):
        return plain
    latin = {without_apostrophes(name) for name in spellings if not is_cyrillic(name)}
    without_accents = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    from_belarusian = [name for name in sorted(latin) if fold(name) == in_belarusian(belarusian)]
    choices = [*stem, *from_belarusian, without_accents]
    return next((name for name in choices if name.isascii() and name in latin), plain)


def distinct(names, spellings):
    """The spellings that differ from the names, and from each other, in more than apostrophes."""
    seen = {without_apostrophes(name) for name in names.values() if name}
    for name in spellings:
        if without_apostrophes(name) not in seen:
            seen.add(without_apostrophes(name))
            yield name
