"""What the columns of tables are called, in three languages."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from registry.values.texts import LANGUAGES

KEYS = {
    "type": _("Type"),
    "id": _("Identifier"),
    "slug": _("Name in addresses"),
    "url": _("Address"),
    "name": _("Name"),
    "summary": _("In one sentence"),
    "description": _("Description"),
    "kind": _("Kind"),
    "parent": _("Part of"),
    "status": _("Status"),
    "start": _("Beginning"),
    "end": _("End"),
    "dates": _("When"),
    "roles": _("Role"),
    "locations": _("Places"),
    "active": _("Active, with its parts"),
    "reach": _("Places of its parts"),
    "reach_roles": _("Roles in its parts"),
    "reach_beyond": _("Beyond those named"),
    "themes": _("Themes"),
    "audiences": _("For whom"),
    "figures": _("Reported figures"),
    "editions": _("Editions"),
    "initiatives": _("Initiatives"),
    "website": _("Website"),
    "note": _("What is not stated"),
    "sources": _("Sources"),
    "verified_on": _("Last verified on"),
    "updated_at": _("Last change"),
    "programme": _("Programme"),
    "edition": _("Edition"),
    "organisation": _("Organisation"),
    "number": _("Number"),
    "ordinal_as_printed": _("Number as printed"),
    "result": _("Result"),
    "award": _("Award or category"),
    "mode": _("In person or online"),
    "time_zone": _("Time zone"),
    "venue": _("Venue"),
    "formats": _("Formats"),
    "approaches": _("Approaches"),
    "registration_url": _("Registration"),
    "registration_deadline": _("Registration until"),
    "cost": _("Cost"),
    "capacity": _("Places to take part"),
    "languages": _("Languages"),
    "other_names": _("Other names"),
    "founded": _("Founded"),
    "ended": _("Ended"),
    "life_events": _("What happened to it"),
    "identifiers": _("Public identifiers"),
    "seat": _("Seat"),
    "email": _("Role mailbox"),
    "helps_with": _("What it helps with"),
    "code": _("ISO 3166 code"),
    "codes": _("Codes"),
    "region": _("Region"),
    "country": _("Country"),
    "within": _("Lies in"),
    "point": _("Point"),
    "population": _("Population"),
    "population_year": _("Year of the count"),
    "local_context": _("How it is governed"),
    "valid": _("Existed"),
    "scheme": _("Vocabulary"),
    "definition": _("Definition"),
    "publisher": _("Publisher"),
    "date": _("Date"),
    "language": _("Language"),
    "archived_url": _("Archived copy"),
    "seen_on": _("Seen on"),
    "record": _("Record"),
    "measure": _("What was counted"),
    "printed": _("As printed"),
    "qualifier": _("Qualifier"),
    "unit": _("Unit"),
    "period": _("Period"),
    "source": _("Source"),
}
# What a column shows of a key; what is not here is called by itself.
PARTS = {
    "en": _("English"),
    "be": _("Belarusian"),
    "ru": _("Russian"),
    "edtf": "EDTF",
    "earliest": _("first day"),
    "latest": _("last day"),
    "time": _("time"),
    "slug": _("name in addresses"),
    "slugs": _("names in addresses"),
    "code": _("code"),
    "codes": _("codes"),
    "name": _("name"),
    "names": _("names"),
    "places": _("places"),
    "regions": _("regions"),
    "longitude": _("longitude"),
    "latitude": _("latitude"),
    "from": _("from"),
    "to": _("to"),
    "iso_3166_1": "ISO 3166-1",
    "iso_3166_2": "ISO 3166-2",
    "geonames": "GeoNames",
    "soato": "SOATO",
}


def in_all_languages(label):
    """A word of the interface as a text object."""
    text = {}
    for language in LANGUAGES:
        with override(language):
            text[language] = str(label)
    return text


def titles(key, column):
    """{language: "Beginning: first day"} of a column of the key."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            parts = [str(PARTS.get(part, part)) for part in column.parts]
            found[language] = ": ".join(filter(None, [str(KEYS[key]), ", ".join(parts)]))
    return found
