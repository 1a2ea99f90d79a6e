"""What people write around a name, above all that of a place, and which asks nothing by itself."""

import re

from registry.values.adjectives import may_be_noun
from registry.values.folding import fold_words, unmixed
from registry.values.stemming import stems


def _words(text):
    return frozenset(fold_words(text))


# Words for a kind of place.
KINDS = _words(
    "г гор горад город города горада town city of аг агр агк агрогородок аграгарадок agrotown"
    " гп пгт п пос пас пасёлак посёлок в вёс вёска д дер деревня деревни village с село сяло"
    " х хут хутор район раён раёна района district обл вобл область вобласць области вобласці"
    " region oblast voblast сельсовет сельсавет"
)
# The kinds of places that they say. Left out are those that are prepositions as well: в., с.
_SAID = {
    ("city", "town"): "г гор горад город горада города town city",
    ("agrotown",): "аг агр агк агрогородок аграгарадок agrotown",
    ("urban-settlement",): "гп пгт п пос пас пасёлак посёлок",
    ("village",): "вёс вёска д дер деревня деревни village село сяло х хут хутор",
    ("district",): "район раён раёна района district",
    ("region",): "обл вобл область вобласць области вобласці region oblast voblast",
}
KINDS_SAID = {word: kinds for kinds, text in _SAID.items() for word in _words(text)}
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
    " мосты мостах мастах глубоком глыбокім берёзой бярозай"
)
# What says when, in any of its forms: no misspelling of a name, nor a form of one. Not чэрвень: a
# town is called so.
_TIMES = _words(
    "январь февраль март апрель июнь июль август сентябрь октябрь ноябрь декабрь"
    " студзень сакавік красавік ліпень жнівень верасень кастрычнік лістапад снежань"
    " january february march april june july august september october november december"
    " зима весна лето осень зіма вясна восень winter spring summer autumn"
    " понедельник вторник четверг пятница суббота воскресенье панядзелак аўторак чацвер пятніца"
    " субота нядзеля monday tuesday wednesday thursday friday saturday sunday"
)
_STEMS_OF_TIMES = {stem for word in _TIMES for stem in stems(word)}
# The same of what has other words among the forms that it may have; how many; and questions.
_PLAIN = _words(
    "май мая мае маю маем may люты лютага лютым среда среду среды серада сераду серады"
    " один два две три четыре пять шесть семь восемь девять десять двадцать тридцать сорок сто"
    " тысяча первый второй третий адзін дзве тры чатыры пяць шэсць сем восем дзевяць дзесяць"
    " дваццаць трыццаць першы другі трэці one two three four five six seven eight nine ten"
    " hundred thousand first second third"
    " год года году годы лет гады гадоў годзе месяц месяца неделя недели дня дней дни дзень дня"
    " дзён тыдзень тыдня сегодня завтра вчера сёння заўтра ўчора today tomorrow yesterday"
    " year month week day когда где как что кто какой почему калі дзе як што хто чаму"
    " when where how what who why"
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


def says_when(word):
    """Whether a folded word says when, how many or nothing but a question."""
    return word in _PLAIN or not stems(word).isdisjoint(_STEMS_OF_TIMES)


def is_common(word):
    """Whether a folded word is seldom the name of a place of which it might be a form."""
    return word in COMMON or says_when(word)


def is_adjective(run, folded):
    """Whether what may be an adjective of a place is one in this text, and no noun: в Хотимске."""
    if is_common(run):
        return False
    before, _run, after = f" {folded} ".partition(f" {run} ")
    led = bool(before.split()) and before.split()[-1] in LINKS
    if run.endswith("e"):
        return not led or not may_be_noun(run)
    return not may_be_noun(run) or (led and bool(after.split()))


def words_of(text):
    """The folded words of what was typed."""
    return fold_words(spelled_out(unmixed(text)))


def size(place):
    """To put places of one name in order: countries, regions, towns by their people."""
    return len(place.body["within"]), -(place.body["population"] or 0), place.slug
