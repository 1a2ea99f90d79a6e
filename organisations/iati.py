"""Organisations as IATI 2.03 knows them: https://iatistandard.org/en/iati-standard/203/

The registry reports what it knows of others, so it is the secondary reporter of all of them.
"""

import xml.etree.ElementTree as ET  # noqa: S405 - writes only; it is what okfn-iati builds

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from okfn_iati import (
    IatiOrganisationXMLGenerator,
    Narrative,
    OrganisationDocument,
    OrganisationRecord,
    OrganisationType,
)

from registry.api.formats import Format, offer
from registry.api.formats.xml import xml_safe
from registry.cards.declarations import page_address
from registry.cards.read import rfc3339
from registry.middleware.problems import Problem
from registry.values.signature import publisher_name
from registry.values.texts import LANGUAGES, spoken

from .models import Organisation

VERSION = "2.03"
# The list has no code for initiative groups and media: they are OTHER (`kind_of`).
KINDS = {
    "ngo": OrganisationType.NATIONAL_NGO,
    "foundation": OrganisationType.FOUNDATION,
    "educational-institution": OrganisationType.ACADEMIC,
    "intergovernmental-organisation": OrganisationType.MULTILATERAL,
    "field-operation": OrganisationType.MULTILATERAL,  # of an intergovernmental organisation
    "state-body": OrganisationType.GOVERNMENT,
    "local-authority": OrganisationType.LOCAL_GOVERNMENT,
    "company": OrganisationType.PRIVATE_SECTOR,
}
WEB_PAGE = "B16"  # of an organisation


class Iati(Format):
    """A file of IATI. Not application/xml, which browsers ask for before they ask for anything.

    The standard has no file of nothing: then there is none, which is 406. The records are there and
    can be had in other formats; they have no such representation as long as so little is recorded.
    """

    media_type = "text/xml"
    format = "iati"
    label = "IATI"
    ending = "xml"
    charset = "utf-8"
    lacks = _("IATI files hold only programmes and organisations")
    can_be_empty = False
    root = None
    demanded = {}  # {element: what it says} of those without which the standard has no record

    def refuse_empty(self, export):
        left_out = export.contents.left_out
        what = f"Of {export.count} {export.collection}" if export.count != 1 else "Of this record"
        detail = f"{what} IATI can say nothing. It demands what is not recorded: {self.why(export)}"
        # Not 404, which says that nothing public is at an address, nor 400: the question is right.
        return Problem(
            406,
            detail if left_out else "Nothing matches, and IATI has no file of nothing.",
            left_out=left_out,
        )

    def why(self, export):
        """Which elements how many of them lack; of one record, which."""
        lacks = export.contents.left_out.items()
        said = [
            f"{name} ({self.demanded[name]})" + f": {n}" * (export.count > 1) for name, n in lacks
        ]
        return "; ".join(said) + "."

    def summary(self, export):
        held, left_out = export.contents
        words = f"{held} of {export.count} {export.collection} are in this file."
        if left_out:
            words += f" The standard demands what is not recorded of the others: {self.why(export)}"
        return words

    def pieces(self, export):
        # The time of the export: nothing in a file depends on another clock.
        time = rfc3339(export.time.replace(microsecond=0))
        yield b'<?xml version="1.0" encoding="utf-8"?>\n'
        yield f"<!-- {self.summary(export)} -->\n".encode()
        yield f'<{self.root} version="{VERSION}" generated-datetime="{time}">\n'.encode()
        # Piece by piece: a tree of all of them would have to fit into memory.
        for element in self.elements(export):
            yield ET.tostring(element, encoding="utf-8", xml_declaration=False) + b"\n"
        yield f"</{self.root}>\n".encode()


@offer
class IatiOrganisations(Iati):
    root = "iati-organisations"
    place = 1
    types = ("organisation",)

    def elements(self, export):
        generator, root = IatiOrganisationXMLGenerator(), ET.Element(self.root)
        for row in export.rows():
            body = orjson.loads(row.body)
            element = generator.add_organisation(root, described(body, export.request))
            # The library has put the time of now, by which no two files would be equal.
            element.set("last-updated-datetime", rfc3339(row.updated_at))
            root.remove(element)  # or it would hold all of them
            yield element


def described(body, request):
    names = {code: xml_safe(body["name"][code]) for code in LANGUAGES if body["name"][code]}
    pages = [
        OrganisationDocument(
            url=request.build_absolute_uri(page_address("organisation", body["slug"], code)),
            title=xml_safe(spoken(body["name"], code)),
            category_code=WEB_PAGE,
            language=code,
        )
        for code in LANGUAGES
    ]
    return OrganisationRecord(
        org_identifier=reference(body),
        name=xml_safe(spoken(body["name"], "en")),
        names=names,
        reporting_org_ref=settings.IATI_REFERENCE,
        reporting_org_type=OrganisationType.OTHER.value,
        reporting_org_name=publisher_name("en"),
        reporting_org_lang="en",
        xml_lang=next(iter(names)),  # a record has a name in one language at least
        documents=pages,
    )


def reference(body):
    """The identifier of an organisation: one of a public list, or the registry's own."""
    for identifier in body["identifiers"]:
        return f"{identifier['scheme']}-{identifier['value']}"  # as org-id.guide has it
    return own_reference(body["id"])


def own_reference(public_id):
    """What the registry calls a record in IATI; begins with the reference of who reports."""
    return f"{settings.IATI_REFERENCE}-{public_id}"


def kind_of(body):
    return KINDS.get(body["kind"], OrganisationType.OTHER)


def known(slugs):
    """{slug: body of the card} of the organisations that are public, by one query."""
    cards = Organisation.objects.public().filter(slug__in=slugs).values_list("slug", "body")
    return {slug: orjson.loads(body) for slug, body in cards}


def narratives(text):
    """The languages that a text object has."""
    return [
        Narrative(text=words, lang=code)
        for code in LANGUAGES
        # A narrative without a word is not valid.
        if text[code] and (words := xml_safe(text[code]).strip())
    ]
