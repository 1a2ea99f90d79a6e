"""Legal forms: what stands before or after the name of an organisation, is abbreviated, written in
full or left out, and tells nobody from anybody.

`without_form` leaves of `ОО "Ла Страда"` and of «Общественное объединение „Ла Страда“» the name.
"""

import re
from functools import lru_cache

# Anywhere, since no word of Belarusian or Russian is spelled so.
_SHORT = (
    "оо моо роо боо мбоо рбоо рмоо бмоо мроо доо гоо ооо одо оао зао чуп уп куп чу пу гу гуо чсу"
    " спу спчу ппу кпу бф мбф рбф нко нпо нго ано оюл ипоо га мга рга мдга бга дга пуп таа нда"
)
# These could be words: at the beginning or at the end of what is written, or before a quote.
_LATIN = "ngo ngos cso csos npo ingo nngo ngdo ltd llc inc gmbh oo moo roo mga rga"

# How far it reaches and what for: a part of the form where one follows.
_SCOPE = (
    r"(?:(?:международн|міжнародн|республиканск|рэспубліканск|местн|мясцов|областн|абласн|городск"
    r"|гарадск|районн|раённ|региональн|рэгіянальн|благотворительн|дабрачынн|частн|прыватн"
    r"|негосударственн|недзяржаўн|некоммерческ|некамерцыйн|просветительск|асветніцк"
    r"|[\w]+-просветительск|[\w]+-асветніцк)\w+"
    r"|international|republican|national|local|regional|charitable|private|non-?profit|youth)"
)
_ADJECTIVE = r"[\w-]+(?:ое|ее|ая|яя|ае|ый|ий|ы|і)"
_NOUN = (
    r"(?:общественн|грамадск|грамадзк)\w+ (?:об[ъь]?единени|аб.?[ья]?дн[ао]нь?н|организаци"
    r"|арганізацы)\w+"
    r"|(?:учреждени|[уў]станов)\w+|фонд(?:а|у)?"
    r"|(?:унитарн|унітарн)\w+ (?:предприяти|прадпрыемств)\w+"
    r"|общество с ограниченной ответственностью|(?:некоммерческ|некамерцыйн)\w+ \w+ци\w+"
    r"|(?:public|non-?governmental|civil society|civic) (?:association|organi[sz]ation|union)"
    r"|private institution"
)
# A part of an organisation, as it calls itself before the name of the whole.
_BRANCH = (
    r"(?:областн|абласн|городск|гарадск|районн|раённ|первичн|пярвічн|региональн|рэгіянальн)\w+"
    r" (?:организаци|арганізацы|отделени|аддзялен|филиал|філіял|структур)\w*"
    r"|regional (?:branch|organi[sz]ation)(?: of)?"
)
# In English these stand after the name, or before one in quotes: “Foundation for …” is a name.
_LAST = r"foundation|fund|institution|association"

_QUOTE = r"[«»\"“”„‘’']"
_BETWEEN = r"[\s,;:()–—-]*"
_IN_FULL = rf"(?:{_SCOPE} )*(?:{_NOUN})"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w)(?:{_SHORT.replace(' ', '|')})(?!\w)",
        rf"(?<!\w)(?:{_BRANCH})(?!\w)",
        rf"(?<!\w)(?:{_ADJECTIVE} ){{0,4}}(?:{_SCOPE} )*"
        rf"(?:{_NOUN}|{_LAST}|{_LATIN.replace(' ', '|')}|ассоциация|асацыяцыя|союз|саюз)"
        rf"{_BETWEEN}(?={_QUOTE}\w)",
        rf"^\W*(?:{_IN_FULL}|{_LATIN.replace(' ', '|')})(?!\w)",
        rf"(?<!\w)(?:{_IN_FULL}|(?:{_SCOPE} )*(?:{_LAST})|{_LATIN.replace(' ', '|')})\W*$",
    )
]


@lru_cache(maxsize=20_000)
def without_form(text):
    """The text without the legal forms in it; as it is, where it is nothing else."""
    bare = " ".join(text.split())
    for form in _FORMS:
        bare = " ".join(form.sub(" ", bare).split())
    return bare if any(map(str.isalnum, bare)) else text
