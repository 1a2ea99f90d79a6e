"""Ways to reach a person or to find an exact place, as people write them in English, Belarusian and
Russian: in mailboxes, networks, telephone numbers, coordinates and street addresses.

What looks alike and leads to nobody (dates, amounts, identifiers, spans of years) is no hit; what
cannot be told apart is one, because a second person decides. Every expression takes time in
proportion to the text: what repeats is bounded, and what begins anywhere is short.
"""

import re
import unicodedata
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _

from registry.cards.every_text import unwrapped
from registry.values.folding import without_invisible


def _any(*ways, flags=re.IGNORECASE):
    return re.compile("|".join(ways), flags)


# name@host.org, name (at) host (dot) org, name [собака] host точка by, name @ host.org
_AT = (
    r"(?:@\s{0,2}|\s{1,2}@\s{1,2}|\s{0,2}[(\[{<]\s?(?:at?|@|собака|сабака|эт|а|ат)\s?[)\]}>]\s{0,2}"
)
_AT += r"|\s{1,2}(?:собака|сабака)\s{1,2}|\s{1,2}at\s{1,2}(?=[\w-]{1,63}\s{1,2}dot\s))"
_DOT = r"(?:\.|\s{0,2}[(\[{]\s?(?:\.|dot|точка|кропка)\s?[)\]}]\s{0,2}"
_DOT += r"|\s{1,2}(?:dot|точка|кропка)\s{1,2})"
# As far as it goes and no second try: a run of letters that is no mailbox costs one look.
_BOX = r"(?<![\w.+-])[\w.+-]++"
EMAIL = _any(
    rf"{_BOX}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{2,63}}){{1,5}}",
    rf"{_BOX}\s?(?:@|[(\[]at[)\]])\s?(?:gmail|yandex|mail|tut|proton(?:mail)?|yahoo|outlook"
    r"|hotmail|inbox|rambler|ukr)\b",
    rf"{_BOX}\s{{0,2}}[(\[{{]?(?:собака|сабака)[)\]}}]?\s{{0,2}}"
    r"(?:gmail|yandex|mail|tut|proton|джымэйл|джимейл|яндэкс|яндекс)\b",
)
MESSENGER = _any(
    r"(?:(?:t|telegram|wa|viber|m|vk|signal|ok)\.me|telegram\.dog|chat\.whatsapp\.com"
    r"|api\.whatsapp\.com|signal\.group|discord\.gg|invite\.viber\.com|join\.skype\.com)"
    r"/[^\s<>\"]{1,80}",
    r"\b(?:tg|viber|sgnl|whatsapp)://\S{1,80}",
    r"\b(?:skype|tel|sms|callto|mailto):[^\s<>\"]{3,80}",
)
_AFTER = r"[^\s<>\"]{0,80}"
# Groups, events, posts and channels are not people's. Whether a page with a name is a person's or
# an organisation's cannot be seen from its address.
NETWORK = _any(
    r"\b(?:facebook|fb)\.(?:com|me)/(?!(?:groups|events|watch|hashtag|sharer|share|photo|reel"
    rf"|login|help|plugins|media|marketplace|gaming|pages/?$)\b)[\w.%-]{{2,80}}{_AFTER}",
    r"\b(?:vk\.(?:com|ru)|vkontakte\.ru)/(?!(?:club|public|event|page|topic|album|video|wall|doc"
    r"|photo|market|app|clip)-?\d|(?:feed|search|share|wall-|video-|topic-|album-))"
    rf"[\w.-]{{2,80}}{_AFTER}",
    rf"\b(?:vk\.(?:com|ru)|vkontakte\.ru)/(?:wall|album|photo|video|topic)\d{_AFTER}",
    r"\b(?:instagram\.com|instagr\.am)/(?!(?:p|reel|reels|tv|explore|accounts|about)/)"
    rf"[\w.-]{{2,80}}{_AFTER}",
    rf"\blinkedin\.com/(?:in|pub)/{_AFTER}",
    rf"\b(?:ok\.ru|odnoklassniki\.ru)/(?!group|video|topic|game|dk\?)[\w.-]{{2,80}}{_AFTER}",
    r"\b(?:twitter|x)\.com/(?!(?:search|hashtag|i|intent|home|share|explore|login|tos)\b)"
    rf"\w{{2,40}}{_AFTER}",
    rf"\b(?:tiktok\.com|threads\.net|threads\.com)/@{_AFTER}",
    r"\b[\w-]{2,40}\.livejournal\.com\b",
    rf"\bmy\.mail\.ru/(?!community)[\w.-]{{2,20}}/{_AFTER}",
)
HANDLE = _any(
    r"(?<![\w@./])@\w[\w.]{2,40}",
    r"\b(?:т[эе]леграме?|тг|скайпе?|[иі]нстаграме?|[иі]нста|д[иы]скорд|с[иі]гнал|ф[эе]йсбуку?|вк"
    r"|[вў]кантакце|вконтакте)(?:\s{0,2}:\s{0,2}|\s(?=[A-Za-z]{1,30}[0-9_.]\w))"
    r"[A-Za-z][A-Za-z0-9_.]{3,40}",
    r"\b(?:telegram|tg|skype|instagram|insta|discord|signal|viber|whatsapp|facebook|fb|vk)"
    r"\s{0,2}:\s{0,2}"
    r"(?=[A-Za-z]{0,40}(?:[0-9_]|\.\w))[A-Za-z][A-Za-z0-9_.]{3,40}",
)

_DASHES = re.compile("[‐‒–—―−]")
# Spaces, marks and brackets between digits; a letter O stands for a nought.
_S, _D = r"[\s().\-/_]{0,3}", r"[0-9OoОо]"
_NOT_WITHIN = r"(?<![\w/])(?<![\d\w][.,\-])"
_SEVEN = rf"{_D}{{3}}{_S}{_D}{{2}}{_S}{_D}{{2}}"
_WORD_FOR_PHONE = (
    r"(?:тэл|тел|[кk][ао]нтакт\w{0,2}|kontakt|tel|mob|моб|phone|фон|факс|fax|viber|вайбер|whats\s?app|в[ао]тсап|kom|faks"
    r"|позвон\w{0,5}|звон\w{0,5}|пазван\w{0,5}|т[эе]лефон\w{0,3}|call|гарачая лінія|горячая линия)"
)
_PHONE_WAYS = (
    rf"(?:\+\s?|(?<![\w.,/-])00\s?)\(?[1-9](?:{_S}{_D}){{9,13}}",
    # Without the plus: Belarus, Ukraine, Lithuania, Latvia.
    rf"{_NOT_WITHIN}375{_S}[1-4](?:{_S}{_D}){{8}}",
    rf"{_NOT_WITHIN}380{_S}[3-9](?:{_S}{_D}){{8}}",
    rf"{_NOT_WITHIN}37[01]{_S}[2-68](?:{_S}{_D}){{7}}",
    # As dialled inside Belarus, Russia, Lithuania.
    rf"{_NOT_WITHIN}\(?8{_S}[0OoОо]{_S}[1-4](?:{_S}{_D}){{8}}",
    rf"{_NOT_WITHIN}[87][\s(-]{{1,2}}[3489]\d{{2}}[)\s-]{{1,2}}\d{{3}}[\s-]?\d{{2}}[\s-]?\d{{2}}",
    rf"{_NOT_WITHIN}8[3489]\d{{9}}",
    rf"{_NOT_WITHIN}8[\s-]6\d{{2}}[\s-]\d{{5}}|{_NOT_WITHIN}8[\s-]5[\s-]\d{{3}}[\s-]?\d{{4}}",
    r"\(8[\s-]?\d{1,3}\)\s?\d{3}[\s-]?\d{2}[\s-]?\d{0,2}",
    # With the code of a net or a town.
    rf"{_NOT_WITHIN}\(?[0OoОо](?:17|25|29|33|44|[3-9]\d)\)?{_S}{_SEVEN}",
    rf"{_NOT_WITHIN}\(?0(?:17|25|29|33|44)\)?[\s-]\d{{2}}[\s-]\d{{2,3}}[\s-]\d{{2,3}}",
    rf"{_NOT_WITHIN}\(?0(?:1[5-7]|2[1-3])\d{{1,2}}\)?[\s-]{{0,2}}\d{{1,3}}[\s-]\d{{2}}[\s-]\d{{2}}",
    r"\((?!19\d\d|20\d\d)\d{2,4}\)[\s-]{0,2}\d{1,3}[\s.-]\d{2}[\s.-]\d{2,3}",
    r"\((?:0\d{2,4}|17|25|29|33|44)\)(?:[\s.-]{0,2}\d){5,7}",
    rf"{_NOT_WITHIN}\d{{2}}\s\d{{3}}[\s-]\d{{2}}[\s-]\d{{2}}(?![\s-]?\d)",
    rf"{_NOT_WITHIN}(?:25|29|33|44)[\s-]\d{{7}}",
    rf"{_NOT_WITHIN}\d{{3}}-\d{{2}}-\d{{2}}(?![\d-])",
    rf"{_NOT_WITHIN}[4-8]\d{{2}}-\d{{3}}-\d{{3}}(?![\d-])",
    rf"\b{_WORD_FOR_PHONE}(?:\s[^\W\d_]{{1,14}}){{1,3}}:\s{{0,2}}\(?\d(?:{_S}\d){{5,12}}"
    rf"|\b{_WORD_FOR_PHONE}(?:\s(?:по|па|us|on|at|номеру|нумары|number)){{0,3}}\.?[\s:№-]{{0,4}}\(?(?!(?:19|20)\d\d\b)\+?\d(?:{_S}\d){{5,12}}",
)
PHONE = _any(*(rf"(?:{way})(?!\d)" for way in _PHONE_WAYS[:-1]))
CALLED = _any(_PHONE_WAYS[-1])
# What is no part of a telephone number, and would make one of those beside it.
DATE = re.compile(
    r"(?<![\d.])(?:0?[1-9]|[12]\d|3[01])([./\s-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d([./-])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01])(?!\d)"
)

_LAT, _LON = r"-?\d{1,2}", r"-?1?\d{1,2}"
_ALONE = r"(?<![\d.,])"
_SIDE = r"\s?°?\s?(?:[NSEW]\b|(?:пн|пд|паўн|паўд|с|ю)\.?\s?ш|(?:у|з|в|усх|зах)\.?\s?д)"
COORDINATES = _any(
    rf"{_ALONE}{_LAT}[.,]\d{{4,}}\s?°?\s?[NS]?\s?[,;/ ]\s?{_LON}[.,]\d{{4,}}",
    rf"{_ALONE}{_LAT}\.\d{{3}}[,;]\s?{_LON}\.\d{{3}}(?!\d)",
    rf"{_ALONE}{_LAT}[.,]\d{{1,8}}{_SIDE}",
    rf"\b[NS]\s?{_LAT}[.,]\d{{1,8}}\s?°?[,;\s]{{1,2}}[EW]\s?{_LON}[.,]\d{{1,8}}",
    r"(?:каардынат\w{0,3}|координат\w{0,3}|coordinates?|gps|lat(?:itude)?|широт\w|шырат\w|долгот\w"
    r"|даўгат\w)[\s:=–—-]{1,3}-?\d{1,3}[.,]\d{1,8}",
    r"\d{1,3}\s?[°o˚]\s?\d{1,2}(?:[.,]\d{1,6})?\s?['′’]|\d{1,3}\s?°\s?\d{1,2}[.,]\d{2,6}",
    r"\d{1,3}\s?(?:град\w{0,4}|deg\w{0,4})\.?\s?\d{1,2}(?:[.,]\d{1,6})?\s?(?:мін|мин|min)",
    r"(?<![\d.,])\d{1,2}[\s-]\d{2}[\s-]\d{2}(?:[.,]\d{1,4})?\s?[NS]\b",
    r"(?<!:)(?<![/\w])///\s?[^\W\d_]{2,30}\.[^\W\d_]{2,30}\.[^\W\d_]{2,30}",
)
# Of capitals alone: Plus Codes, and the grid of NATO for Belarus and around.
GRID = re.compile(
    r"(?<![\w+])(?=[0-9]{0,8}[A-Z])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?!\w)"
    r"|\b3[3-7][UV]\s?[A-Z]{2}\s?\d{3,5}\s?\d{3,5}\b"
)
# A point in an address of the web; coarse numbers count there too, they come from a map.
POINT = _any(
    rf"map=\d{{1,2}}(?:\.\d+)?/{_LAT}\.\d{{1,10}}/{_LON}\.\d{{1,10}}",
    rf"[?&#/@=!,:]{_LAT}\.\d{{1,10}}(?:,|;|\+|\s|~|_){{1,2}}{_LON}\.\d{{1,10}}",
    rf"\bm?lat(?:itude)?={_LAT}\.\d{{1,10}}",
    r"\d{1,3}°\d{1,2}['′]",
    rf"!3d{_LAT}\.\d{{1,10}}!4d{_LON}\.\d{{1,10}}",
    rf"\bgeo:{_LAT}(?:\.\d{{1,10}})?,{_LON}(?:\.\d{{1,10}})?",
    r"\b(?:maps\.app\.goo\.gl|goo\.gl/maps|osm\.org/go|openstreetmap\.org/(?:go|node|way)|w3w\.co"
    r"|what3words\.com|plus\.codes|yandex\.\w{2,3}/(?:maps/-|navi))/[^\s<>\"]{1,80}",
)
_CAPITAL = "[A-ZА-ЯЁІЎЎŁŚŻĆČŠŽ]"
_NAME = rf"(?:\d{{1,3}}(?:-\w{{1,3}})?\s)?(?:{_CAPITAL}[\w'’ʼ.-]{{0,30}}\s?){{1,4}}"
_HOUSE = r"\d{1,3}[а-яa-zА-Я]?(?:\s?[/-]\s?\d{1,4})?(?![\w:%])(?![.,]\d)"
# Not a day, an amount or an hour: "на вул. Зялёнай, 12 сакавіка".
_NO_HOUSE_BEFORE = (
    r"(?!\s?(?:-\s?\d{1,2}\s)?(?:студз|лют|сак|крас|трав|ма[йяю]|чэрв|ліп|жні|вер|каст|ліст|снеж"
    r"|янв|фев|мар|апр|июн|июл|авг|сен|окт|ноя|дек|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
    r"|год|гад|чал|чел|уд|уч|peop|part|гадз|час|hour|o'clock|год|руб|тыс|млн|прац|арг|орг"
    r"|ініц|иниц|init|commun|супол|сооб|projec|праек|проек))"
)
_END = r"(?=\s{0,2}(?:$|[.,;:)!?»\"]|кв|корп|оф|пам|пом|apt|flat|\n))"
_TYPE_RU = (
    r"(?:[Уу]л|[Вв]ул|[Пп]р-к?т|[Пп]росп|[Пп]расп|[Пп]ер|[Зз]ав|[Бб]-р|[Бб]ул|[Пп]л|[Нн]аб|[Пп]р"
    r"|[Мм]кр|[Мм]-н|[Тт]уп)\.?|(?:[Уу]лиц|[Вв]уліц|[Пп]роспект|[Пп]распект|[Пп]ереул|[Зз]авул|[Бб]ульвар"
    r"|[Пп]лощад|[Пп]лошч|[Нн]абереж|[Нн]абярэж|[Тт]ракт|[Шш]оссе|[Шш]аш|[Пп]роезд|[Пп]раезд"
    r"|[Мм]икрорай|[Мм]ікрара|[Тт]упик|[Тт]упік|[Кк]вартал)\w{0,5}"
)
_TYPE_EN = (
    r"(?:[Ss]treet|[Ss]t\.|[Ss]tr\.|[Aa]venue|[Aa]ve\.?|[Ll]ane|[Rr]oad|[Rr]d\.|[Bb]oulevard|[Bb]lvd\.?"
    r"|[Ss]quare|[Pp]raspekt|[Pp]rospekt|[Vv]ul\.|[Vv]uli(?:c|ts)a|[Uu]lits?a|[Uu]lica|[Zz]avulak)"
)
_SHORT_EN = r"(?:(?:St|Ave|Rd|Ln|Blvd)(?=\s{0,2}(?:$|[,;)])))"
_HOUSE_WORD = r"(?:д\.?|дом|буд\.?|№|house|bldg\.?|no\.?)\s?"
STREET = re.compile(
    "|".join(
        (
            rf"\b(?:{_TYPE_RU}|{_TYPE_EN})\s{{0,2}}[«\"]?{_NAME}[»\"]?"
            rf"(?:,\s{{0,2}}(?:{_HOUSE_WORD})?{_HOUSE}{_NO_HOUSE_BEFORE}"
            rf"|\s{{0,2}}{_HOUSE_WORD}{_HOUSE}{_NO_HOUSE_BEFORE}"
            rf"|\s{{0,2}}(?<=\s){_HOUSE}{_END})",
            rf"\b{_CAPITAL}[\w'’-]{{1,30}}\s(?:{_TYPE_RU}|{_TYPE_EN}),?\s{{0,2}}(?:{_HOUSE_WORD})?"
            rf"{_HOUSE}{_NO_HOUSE_BEFORE}{_END}",
            rf"(?<![\d.,/-])\b{_HOUSE},?\s(?:{_CAPITAL}[\w'’-]{{1,30}}\s){{1,3}}(?:{_SHORT_EN}"
            rf"|{_TYPE_EN}(?!\w|\s[A-Z]))",
            r"\b(?:[Ss]treet|[Uu]lits?a|[Vv]ulica|вуліца|улица)\s\d{1,3}[a-zа-я]?,\s?(?:apt|flat|кв)",
            r"\b(?:[Дд]\.?|[Дд]ом|[Бб]уд\.?|[Мм]кр\.?)\s?\d{1,3}[а-яa-z]?,?\s?"
            r"(?:(?:корп|к)\.?\s?\d{1,2},?\s?)?(?:кв(?:\.|артыра|артира)|д\.|дом)\s?\d{1,4}\b",
            rf"\b(?:ul|al|pl|os)\.\s{_NAME}\d{{1,3}}[a-zA-Z]?(?:\s?/\s?\d{{1,4}})?(?:\sm\.\s?\d+)?\b",
            rf"\b{_CAPITAL}[\w-]{{2,30}}\s(?:g|pr|al)\.\s?\d{{1,3}}[a-zA-Z]?(?:-\d{{1,4}})?\b",
            r"\b\d{1,3}[a-zA-Z]?,?\s(?:apt|apartment|flat)\.?\s?\d{1,4}\b",
        )
    )
)
ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,3000}|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"
    r"\.[^\W\d_]{2,24}/[^\s<>\"]{1,500}",
    re.IGNORECASE,
)

MAILBOX, LINK = _("an e-mail address"), _("a messenger link")
PAGE = _("a page in a social network, which may be a person's")
NUMBER, PLACE = _("a telephone number"), _("coordinates")
HOUSE, NAME = _("a street address"), _("a name in a messenger or network")

# In this order: what one has found, the next ones do not see.
OF_ADDRESSES = ((PLACE, POINT), (MAILBOX, EMAIL), (LINK, MESSENGER), (PAGE, NETWORK))
OF_TEXTS = (
    (PLACE, COORDINATES),
    (PLACE, GRID),
    (NUMBER, PHONE),
    (NUMBER, CALLED),
    (NAME, HANDLE),
    (HOUSE, STREET),
)


def contacts(text, is_address=False):
    """[(kind, what was found)]; of an address of the web only what leads to a person or a place."""
    # NFKC: wide digits and those in circles lead to a person as well.
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", without_invisible(text)))
    found = []
    for reading in dict.fromkeys((plain, unwrapped(plain))):
        found += _contacts(reading, is_address)
    return list(dict.fromkeys(found))


def _contacts(text, is_address):
    found, text = [], unquote(text) if is_address else text
    for kind, pattern in OF_ADDRESSES:
        found, text = _taken(found, text, kind, pattern)
    if is_address:
        return found
    # Not a space alone: digits before and after a date would then be one number.
    text = DATE.sub(" ; ", ADDRESS.sub(" ", text))
    for kind, pattern in OF_TEXTS:
        found, text = _taken(found, text, kind, pattern)
    return found


def _taken(found, text, kind, pattern):
    """What the pattern finds is taken out of the text: an address holds no handle besides."""
    found = found + [(kind, match[0].strip()) for match in pattern.finditer(text)]
    return found, pattern.sub(" ", text)
