"""What people write around a name, above all that of a place, and which asks nothing by itself."""

import re

from registry.values.folding import fold_words


def _words(text):
    return frozenset(fold_words(text))


# Words for a kind of place.
KINDS = _words(
    "г гор горад город города горада town city of аг агр агк агрогородок аграгарадок agrotown"
    " гп пгт п пос пас пасёлак посёлок в вёс вёска д дер деревня деревни village с село сяло"
    " х хут хутор район раён раёна района district обл вобл область вобласць области вобласці"
    " region oblast voblast сельсовет сельсавет"
)
# What joins words in a sentence: a text may say the rest in another order.
LINKS = _words(
    "из изо з із са с со до да для дзеля в во у ў на над под пад при пры по па о об обо аб пра про"
    " за ад от к ко и і й або или не каля около возле ля близ"
    " a an and at by for from in near of on or the to with"
)
POSTAL_CODE = re.compile("[0-9]{6}")
# Common words that are also a form of the name of a place: Мир, as in "в мире", is a town.
COMMON = _words(
    "мире мира миру миром міры міру мірам победе победы победу победой перамогі перамозе перамогу"
    " октябре октября кастрычніку кастрычніка мосты мостах мастах глубоком глыбокім берёзой бярозай"
)
# Round is the table, and no town, where a table follows: the usual event of these organisations.
ROUND_TABLE = re.compile(r"kruhl\w* st[oa]l")

_SHORT = re.compile(
    r"(?<!\w)(?:г\. ?п(?:\.|(?!\w))|аг-к(?!\w)|р-н[ауе]?(?!\w)|с/с(?!\w)|в?обл\.)", re.IGNORECASE
)
_LONG = {
    "г": "гп ",
    "а": "аг ",
    "р": "район ",
    "с": "сельсовет ",
    "о": "область ",
    "в": "вобласць ",
}


def spelled_out(text):
    """The text with its abbreviations of kinds as words: г.п., р-н, обл."""
    return _SHORT.sub(lambda found: _LONG[found[0][0].lower()], text)


def asks_nothing(word):
    """Whether a folded word beside the name of a place only says what or where it is."""
    return word in KINDS or word in LINKS or POSTAL_CODE.fullmatch(word) is not None
