"""What a column of somebody's table can become, and what it probably is.

The choices come from the table of the kind (`registry.imports.tables`), so a new field is one of
them by itself. Titles are compared in all languages; the words that people write instead stand in
`WORDS`.
"""

import re
from dataclasses import dataclass

from django.db.models import IntegerField, TimeField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from registry.records.models.part import Subject
from registry.values.fields import EdtfField
from registry.values.folding import fold
from registry.values.texts import LANGUAGES
from registry.values.translated import IN_LANGUAGE, columns

from . import cells
from .tables import ERRORS

ASIDE, NOTE, NAME = "-", "note:", "name"
LEFT_OUT = ("slug", "embargo_until", "verified_on", "citations", "languages", "time_zone", "codes")
SAMPLE = 60  # cells by which a column is told
ENOUGH = 0.6  # of them

# What people write above a column. Words of the titles themselves are known without.
WORDS = {
    NAME: "назва|название|наименование|найменне|name|title|мероприятие|мерапрыемства|праграма"
    "|программа|праект|проект|project|programme|program|event|событие|падзея|организация"
    "|арганізацыя|organisation|organization|нда|нко|нпо|имя организации|тема",
    "dates": "дата|даты|период|перыяд|дата период|тэрмін|тэрміны|срок|сроки|when|date|dates|period"
    "|калі|когда|год|year|время проведения|час правядзення",
    "placements": "место|месца|город|горад|раён|район|раён горад|населённый пункт|населены пункт"
    "|где|дзе|place|places|location|city|town|region|область|вобласць|регион|рэгіён|география"
    "|место проведения|месца правядзення|горад раён|город район",
    "seat": "город|горад|место|месца|адрес|адрас|юридический адрес|city|town|location|раён горад"
    "|населённый пункт|населены пункт|раён|район|where",
    "kind": "форма|тип|вид|від|тып|kind|type|форма собственности|опф|арганізацыйна прававая форма",
    "website": "сайт|вэб сайт|веб сайт|site|website|web|url|ссылка|спасылка|link",
    "email": "почта|пошта|e mail|email|mail|эл почта|электронная почта",
    "roles:organiser": "кто проводит|хто праводзіць|кто организует|хто арганізуе|проводит"
    "|праводзіць|организатор|организаторы|арганізатар|арганізатары|organiser|organizer|организация|арганізацыя"
    "|хто ладзіў|назва арганізацыі|название организации|нко|нда",
    "roles:implementer": "исполнитель|выканаўца|implementer|реализует|grantee",
    "roles:funder": "донор|донар|спонсор|спонсар|funder|donor|финансирование|фінансаванне"
    "|источник финансирования|грантодатель|фонд",
    "roles:partner": "партнёр|партнёры|партнеры|partner|partners",
    "figures:participants": "участники|удзельнікі|кол во участников|количество участников"
    "|колькасць удзельнікаў|кол во уч ков|participants|number of participants|охват|чел",
    "figures:budget": "бюджет|бюджэт|сумма|сума|budget|amount|грант|amount awarded|стоимость",
    "themes": "тема|темы|тэма|тэмы|направление|напрамак|сфера|theme|topic|sector|тематика",
    "audiences": "целевая группа|мэтавая група|аудитория|аўдыторыя|для кого|audience|target group",
    "description": "описание|апісанне|description|о проекте|содержание|змест",
    "summary": "кратко|коротко|сцісла|анотацыя|аннотация|summary|abstract",
    "identifiers:BY-EGR": "унп|егр|регистрационный номер|рэгістрацыйны нумар|unp|egr",
    "life_events:registered": "дата регистрации|дата рэгістрацыі|зарегистрирована|registered",
    "life_events:founded": "год основания|год стварэння|основана|founded",
    NOTE: "примечание|примечания|заўвага|заўвагі|комментарий|каментар|comment|comments|note|notes",
    ASIDE: "№|n|no|nr|п п|№ п п|нумар|номер|контакты|кантакты|контакты примечания|телефон|тэлефон"
    f"|{ERRORS}|phone|phones|contact|contacts|кантакты заўвагі|фио|піб|руководитель|кіраўнік"
    "|контактное лицо",
}
# Words by which a head says in which language its cells are.
_SAID_IN = {
    "en": "en eng english англ английский английском английски англійская англійскай ангельская"
    " ангельскай ангельску",
    "be": "be by bel bielaruskaja belarusian бел белорусский белорусском белорусски беларуская"
    " беларускай беларуску",
    "ru": "ru rus russian рус русский русском русски руская рускай руску",
}
_IN = {code: {fold(word) for word in text.split()} for code, text in _SAID_IN.items()}
_LINKS = set(map(fold, ("in", "на", "по", "па", "language", "язык", "языке", "мова", "мове")))
# What rows are called above them: beginnings of words in any of the three languages.
KINDS = {
    "event": "event меропри мерапрыем событ падзе",
    "organisation": "organi организац арганізац нко нпо нго ngo нда грантополуч",
    "programme": "program проект праект project програм праграм",
}
_KINDS = {kind: tuple(map(fold, text.split())) for kind, text in KINDS.items()}
_KNOWN = {
    key: [set(fold(each).split()) for each in text.split("|") if fold(each)]
    for key, text in WORDS.items()
}


@dataclass(frozen=True)
class Target:
    """What a column can become.

    `how` its cells are read: name, text, date, time, code, number, reference, figure, row. Of a
    reference `to` is the type of record and `scheme` that of a term; `code` is the role, the
    measure, the list or the kind of the rows that it becomes.
    """

    key: str
    title: str
    how: str
    to: str = ""
    scheme: str = ""
    code: str = ""
    many: bool = False  # several values, each a row
    field: object = None


def targets_of(table):
    """{key: Target} of a kind of record, in the order of its form; a note comes last."""
    found = {}
    bases = _translated(table)
    for column in table.columns.values():
        base = column.key.rpartition("_")[0]
        if column.key in LEFT_OUT:
            continue
        if base in bases:
            if base not in found:
                found[base] = Target(
                    base, _base_title(table, base), NAME if base == NAME else "text"
                )
            found[column.key] = Target(column.key, column.title, "text", field=column.field)
        elif column.role:
            for code, label in column.role.flatchoices:
                key, title = f"{column.key}:{code}", f"{column.title}: {label}"
                found[key] = Target(key, title, "reference", column.to.card_type, "", code, True)
        elif column.to:
            scheme = column.part.of_scheme if _is_subject(column.part) else ""
            found[column.key] = Target(
                column.key,
                column.title,
                "reference",
                column.to.card_type,
                scheme,
                "",
                bool(column.part),
            )
        else:
            found[column.key] = _plain(column)
    found |= {each.key: each for each in _of_rows(table)}
    if "note" in bases:
        found[NOTE] = Target(NOTE, _("a line of the note"), "note")
    return found


def _is_subject(part):
    return part is not None and issubclass(part, Subject)


def _translated(table):
    """The names of texts that stand there in every language."""
    bases = [key.removesuffix("_en") for key in table.columns if key.endswith("_en")]
    return [base for base in bases if all(each in table.columns for each in columns(base))]


def _base_title(table, base):
    title = table.columns[f"{base}_en"].title
    said = str(IN_LANGUAGE["en"])
    return title.replace(said, "").strip() or title


def _plain(column):
    field = column.field
    if column.choices:
        how = "code"
    elif isinstance(field, EdtfField):
        how = "date"
    elif isinstance(field, TimeField):
        how = "time"
    elif isinstance(field, IntegerField):
        how = "number"
    else:
        how = "text"
    return Target(column.key, column.title, how, field=field)


# Of rows that stand in sheets of their own: by which column they are told apart.
_APART = {
    "figures": "measure",
    "identifiers": "scheme",
    "life_events": "kind",
    "other_names": "kind",
}


def _of_rows(table):
    for relation, rows in table.rows.items():
        apart = rows.columns.get(_APART.get(relation, ""))
        if apart is None:
            continue
        title = capfirst(str(rows.model._meta.verbose_name))
        how = "figure" if relation == "figures" else "row"
        for code, label in apart.field.flatchoices:
            if code != "other" or relation == "figures":
                key = f"{relation}:{code}"
                yield Target(key, f"{title}: {label}", how, code=code)


def suggest_kind(heads):
    """What the rows below these heads probably are, "" if that is not told: by the first head that
    calls them so, which is that of their names."""
    for head in heads:
        words = fold(re.sub(r"[-/]", " ", head)).split()
        told = [kind for kind, stems in _KINDS.items() if any(w.startswith(stems) for w in words)]
        if told:
            return told[0] if len(told) == 1 else ""
    return ""


def suggest(table, heads, rows):
    """{place of the column: key} that the columns under these heads probably are.

    None is said of a column twice but for the note; what nothing tells stays out.
    """
    found, taken = {}, set()
    known = {key: _titles(table, key, target) for key, target in targets_of(table).items()}
    known[ASIDE] = []
    scored = [
        (score, place, key)
        for place, head in enumerate(heads)
        for key, score in _scores(known, head, [row[place] for row in rows[:SAMPLE]]).items()
    ]
    for score, place, key in sorted(scored, key=lambda each: (-each[0], each[1])):
        if score > 0 and place not in found and (key not in taken or key in (ASIDE, NOTE)):
            found[place] = key
            taken.add(key)
    return found


def _titles(table, key, target):
    """The folded words of its title in each language."""
    model, name = table.model, key.partition(":")[0]
    if target.code or name not in {f.name for f in model._meta.get_fields()}:
        return []
    said = []
    for language in LANGUAGES:
        with override(language):
            field = model._meta.get_field(name)
            title = (
                getattr(field, "verbose_name", "") or field.related_model._meta.verbose_name_plural
            )
            said.append(set(fold(str(title)).split()))
    return said


def _scores(known, head, cells_below):
    """{key: how sure it is}: by the words above, and by what stands below."""
    words, language = _parted(head)
    scores = {}
    for key, titles in known.items():
        phrases = [*titles, *_KNOWN.get(key, ())]
        shared = [len(each & words) / len(each | words) for each in phrases if each <= words]
        if shared:
            scores[f"{key}_{language}" if f"{key}_{language}" in known else key] = max(shared)
    told = told_by_cells(cells_below)
    for key in scores:
        scores[key] += 0.3 * (key in told)
    if not scores:
        scores = {key: 0.2 for key in told if key in known}
    return scores


def _parted(head):
    """(its folded words, the language that it names, or ""): name_en, Название (рус.)."""
    words = set(fold(re.sub(r"[-/]", " ", head)).split())
    for language, said in _IN.items():
        if (found := words & said) and words - found - _LINKS:
            return words - found - _LINKS, language
    return words, ""


def told_by_cells(texts):
    """The keys that the cells of a column look like."""
    said = [text for text in texts if not cells.is_nothing(text)]
    if not said:
        return set()

    def share(is_so):
        return sum(bool(is_so(text)) for text in said) / len(said) >= ENOUGH

    if share(lambda text: "@" in text and " " not in text):
        return {"email", ASIDE}
    if share(lambda text: text.startswith(("http", "www."))):
        return {"website"}
    if _counts(said):
        return {ASIDE}
    if share(_is_date):
        return {"dates"}
    if share(lambda text: cells.quantity(text).number):
        return {"figures:participants"}
    return set()


def _counts(said):
    """Whether the rows are numbered here."""
    numbers = [int(text) for text in said if text.isdecimal() and len(text) < 6]
    return len(numbers) == len(said) and numbers == sorted(set(numbers)) and numbers[0] <= 1


def _is_date(text):
    try:
        return bool(cells.when(text).edtf) and not (text.isdecimal() and len(text) < 4)
    except ValueError:
        return False
