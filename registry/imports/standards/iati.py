"""Activities of IATI 2.03 as programmes: https://iatistandard.org/en/iati-standard/203/

By whom, where, when, about what, and in which documents; no money: what is budgeted and paid has no
place in a programme.
"""

from collections import Counter

from django.utils.translation import gettext as _
from lxml import etree

from registry.values.texts import LANGUAGES

from ..hostile import Walk, damaged, too_large
from ..sections import SOURCES, Given, Section
from . import MAX_OBJECTS, Reading, reads

# By the code list OrganisationRole: extending is neither of ours.
ROLES = {"1": "funder", "2": "organiser", "4": "implementer"}
STARTS, ENDS = ("2", "1"), ("4", "3")  # actual before planned
DAC = ("", "1", "2")  # vocabularies of sectors
PRIMARY = ("1", "")  # the type of a description that says what it is
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# In which language a name of somebody is taken where there are several.
FIRST = ("be", "ru", "en")


@reads
class Iati:
    def knows(self, data):
        return b"<iati-activities" in data[:2000]

    def read(self, data):
        if data.count(b"<") > 2 * MAX_OBJECTS or data.count(b"=") > 1.5 * MAX_OBJECTS:
            raise too_large()
        Walk().all_of([data])
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            root = etree.fromstring(data, parser)  # noqa: S320 walked before: no entity, no depth
        except etree.XMLSyntaxError:
            raise damaged() from None
        reading = Reading([Section(_("activities"), "programme", {})])
        for number, activity in enumerate(root.iter("iati-activity"), 1):
            given = ActivityReading(activity, reading).given(number)
            reading.sections[0].lines.append(given)
        return reading


class ActivityReading:
    """One activity as a line."""

    def __init__(self, activity, reading):
        self.activity, self.reading, self.cells = activity, reading, {}
        self.usual = activity.get(LANG, "en")[:2].lower()

    def given(self, number):
        self._texts("name", self.activity.find("title"))
        self._add("name", self._named(self.activity.find("title")))
        for description in self.activity.findall("description"):
            if description.get("type", "") in PRIMARY:
                self._texts("description", description)
            else:
                self._leave(_("descriptions of aims and of whom it is for"))
        self._dates()
        self._roles()
        self._places()
        self._sectors()
        self._documents()
        for tag in ("budget", "planned-disbursement", "transaction"):
            self._leave(_("budgets and payments"), len(self.activity.findall(tag)))
        self._leave(_("results and indicators"), len(self.activity.findall("result")))
        self._leave(_("contacts"), len(self.activity.findall("contact-info")))
        identifier = " ".join((self.activity.findtext("iati-identifier") or "").split())
        return Given(number, self.cells, f"iati:{identifier}"[:300] if identifier else "")

    def _leave(self, what, number=1):
        if number:
            self.reading.left_out += Counter({what: number})

    def _narratives(self, element):
        """{language: text}"""
        found = {}
        for narrative in () if element is None else element.findall("narrative"):
            language = narrative.get(LANG, self.usual)[:2].lower()
            text = " ".join("".join(narrative.itertext()).split())
            if text:
                found.setdefault(language, text)
        return found

    def _texts(self, key, element):
        for language, text in self._narratives(element).items():
            if language in LANGUAGES:
                self.cells.setdefault(f"{key}_{language}", text)
            else:
                self._leave(_("texts in other languages"))

    def _named(self, element):
        found = self._narratives(element)
        return next(
            (found[each] for each in FIRST if each in found), next(iter(found.values()), "")
        )

    def _add(self, key, text):
        if text:
            self.cells[key] = "\n".join(filter(None, [self.cells.get(key), text]))

    def _dates(self):
        said = {
            each.get("type"): each.get("iso-date", "")
            for each in self.activity.findall("activity-date")
        }
        start, end = (
            next((said[each][:10] for each in types if said.get(each)), "")
            for types in (STARTS, ENDS)
        )
        if start and end:
            self.cells["dates"] = start if start == end else f"{start}/{end}"
        elif start or end:
            self.cells["dates"] = f"{start}/.." if start else f"../{end}"

    def _roles(self):
        for each in self.activity.findall("participating-org"):
            role, name = ROLES.get(each.get("role", "")), self._named(each)
            if role and name:
                self._add(f"roles:{role}", name)
                if ref := each.get("ref"):
                    self.reading.identifiers[name] = ref
            else:
                self._leave(_("organisations without a name, or in a role that is not one here"))

    def _places(self):
        places = [self._named(each.find("name")) for each in self.activity.findall("location")]
        if not any(places):
            places = [each.get("code", "") for each in self.activity.findall("recipient-country")]
        for place in places:
            self._add("placements", place)
        shares = [e for e in self.activity.findall("recipient-country") if e.get("percentage")]
        self._leave(_("shares of countries"), len(shares))

    def _sectors(self):
        for each in self.activity.findall("sector"):
            if each.get("vocabulary", "") in DAC and each.get("code"):
                self._add("themes", each.get("code"))
            elif name := self._named(each):
                self._add("themes", name)

    def _documents(self):
        for each in self.activity.findall("document-link"):
            title = self._named(each.find("title"))
            if each.get("url", "").startswith(("http://", "https://")):
                self._add(SOURCES, f"{each.get('url')} {title}".strip())
