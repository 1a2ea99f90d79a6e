"""Legal forms: what stands before or after the name of an organisation, is abbreviated, written in
full or left out, and tells nobody from anybody.

`without_form` leaves of `ОО "Ла Страда"` and of «Общественное объединение „Ла Страда“» the name.
"""

import re

from .folding import fold_words
from .remembered import remembered

# At the beginning or at the end of a name, or beside a quote: anywhere else га are hectares.
_SHORT = (
    "оо моо роо боо мбоо рбоо рмоо рбмоо бмоо мроо мгоо доо гоо ргоо ооо одо оао зао пао ао иооо"
    " сооо сзао уп чуп пуп куп руп дуп пчуп чсуп чтуп чпуп чптуп чтпуп чкуп чуо гуо нуо уо чу гу"
    " гук гуз гуп чсу спу спчу ппу кпу бф мбф рбф мдф нко нпо нго ано оюл ипоо"
    " га мга рга мдга бга бмга рмга дга мгга пу дпу пуа уа дуа дук ду таа зат аат тда нда нка"
)
# These are words or other abbreviations as well (ПК для пожилых): beside a quote, or in capitals
# before a name.
_AMBIGUOUS = "ГО ПК ИП ІП АА АТ ДФ"
# These could be words: at the beginning or at the end of what is written, or before a quote.
_LATIN = (
    "ngo ngos cso csos npo ingo nngo ngdo ltd llc inc gmbh jsc ojsc cjsc oo moo roo mga rga"
    " ooo odo oao zao chup rup kup"
)

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
    r"|(?:учреждение|[уў]станова)(?: (?:образования|культуры|здравоохранения"
    r"|адукацыі|культуры|аховы здароўя)(?!\w))?|фонд(?:а|у)?"
    r"|(?:унитарн|унітарн)\w+ (?:предприяти|прадпрыемств)\w+"
    r"|(?:обществ[оа] с|таварыств[ае] [зс]) (?:ограниченной|дополнительной|абмежаванай|дадатковай)"
    r" (?:ответственностью|адказнасцю)"
    r"|(?:(?:открыт|закрыт|адкрыт)\w+ )?(?:акционерн|акцыянерн)\w+ (?:обществ|таварыств)\w+"
    r"|(?:индивидуальн|індывідуальн)\w+ (?:предпринимател|прадпрымальнік)\w*"
    r"|(?:потребительск|спажывецк)\w+ (?:кооператив|кааператыў)"
    r"|(?:некоммерческ|некамерцыйн)\w+ \w+ци\w+"
    r"|(?:public|non-?governmental|civil society|civic) (?:association|organi[sz]ation|union)"
    r"|(?:private|educational|cultural|state) institution|unitary enterprise"
    r"|limited liability company|joint[- ]stock company"
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
_CLOSED = r"(?<=[»\"”“’'])"
_BETWEEN = r"[\s,;:()–—-]*"
_IN_FULL = rf"(?:{_SCOPE} )*(?:{_NOUN})"


def _either(words):
    return "|".join(words.split())


_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*(?:(?:{_either(_SHORT)})(?=\W+\w)|(?-i:(?:{_either(_AMBIGUOUS)}) (?=[А-ЯЁІЎA-Z])))",
        rf"(?<!\w)(?:{_either(_SHORT)}|{_either(_AMBIGUOUS)}){_BETWEEN}(?={_QUOTE}\w)",
        rf"{_CLOSED}{_BETWEEN}(?<!\w)(?:{_either(_SHORT)}|{_either(_AMBIGUOUS)})(?!\w)",
        # At the end of the name, which may be followed by where it is; and no number of hectares.
        rf"(?<![0-9] )(?<!\w)(?:{_either(_SHORT)})(?=\W*(?:$|[,(]))",
        rf"(?<!\w)(?:{_BRANCH})(?!\w)",
        rf"(?<!\w)(?:{_ADJECTIVE} ){{0,4}}(?:{_SCOPE} )*"
        rf"(?:{_NOUN}|{_LAST}|{_either(_LATIN)}|ассоциация|асацыяцыя|союз|саюз)"
        rf"{_BETWEEN}(?={_QUOTE}\w)",
        rf"^\W*(?:{_IN_FULL}|{_either(_LATIN)})(?!\w)",
        rf"(?<!\w)(?:{_IN_FULL}|(?:{_SCOPE} )*(?:{_LAST})|{_either(_LATIN)})\W*$",
    )
]


# What an organisation of some form is, as the code list of its kinds has it.
_KINDS = {
    "foundation": "фонд фонда фонду fund foundation бф мбф рбф мдф дф",
    "ngo": "нпо нго нда ngo ngos ingo npo cso csos оо моо роо боо мбоо рбоо рмоо гоо мроо ргоо мгоо"
    " га мга рга бга рмга мдга мгга объединение аб'яднанне аб'яднання объединения"
    " association",
}
_KIND_OF_WORD = {word: kind for kind, text in _KINDS.items() for word in fold_words(text)}


def kinds_of_form(words):
    """The kinds of organisations that are of the forms among these folded words."""
    return sorted({_KIND_OF_WORD[word] for word in words if word in _KIND_OF_WORD})


@remembered(maxsize=20_000)
def without_form(text):
    """The text without the legal forms in it; as it is, where it is nothing else."""
    bare = " ".join(text.split())
    for form in _FORMS:
        bare = " ".join(form.sub(" ", bare).split())
    return bare if any(map(str.isalnum, bare)) else text
