"""Organisations and what they offer, after HSDS 3: https://docs.openreferral.org/en/v3.0.1/

A service is a programme of its organisation. Hours, prices and addresses have no place in it.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..sections import Given, Section
from . import Reading, json_of, list_of, reads, text_of

OF_SERVICES = {
    "schedules": gettext_lazy("opening hours"),
    "cost_options": gettext_lazy("prices"),
    "minimum_age": gettext_lazy("ages"),
    "maximum_age": gettext_lazy("ages"),
    "eligibility_description": gettext_lazy("who may come"),
    "phones": gettext_lazy("telephones"),
    "contacts": gettext_lazy("contacts"),
}
OF_ORGANISATIONS = {
    "phones": gettext_lazy("telephones"),
    "contacts": gettext_lazy("contacts"),
    "locations": gettext_lazy("addresses"),
    "funding": gettext_lazy("funding"),
    "programs": gettext_lazy("programmes without a service"),
}


@reads
class Services:
    def knows(self, data):
        head = data[:20_000]
        return data.lstrip()[:1] in (b"{", b"[") and b'"name"' in head and b'"services"' in head

    def read(self, data):
        read = json_of(data)
        said = read if isinstance(read, list) else read.get("contents", [read])
        organisations, services = (
            Section(_("organisations"), "organisation", {}),
            Section(_("services"), "programme", {}),
        )
        reading = Reading([organisations, services])
        for organisation in list_of(said):
            number = len(organisations.lines) + 1
            organisations.lines.append(_organisation(organisation, number, reading))
            for service in list_of(organisation.get("services")):
                number = len(services.lines) + 1
                services.lines.append(_service(service, organisation, number, reading))
        return reading


def _organisation(said, number, reading):
    given = {
        "name": text_of(said.get("name")),
        "other_names:alternative": text_of(said.get("alternate_name")),
        "description": text_of(said.get("description")),
        "email": text_of(said.get("email")),
        "website": text_of(said.get("website") or said.get("url")),
    }
    _leave_out(said, OF_ORGANISATIONS, reading)
    return _given(given, number, said.get("id"))


def _service(said, organisation, number, reading):
    given = {
        "name": text_of(said.get("name")),
        "description": text_of(said.get("description")),
        "website": text_of(said.get("url")),
        "roles:implementer": text_of(organisation.get("name")),
        "placements": "\n".join(dict.fromkeys(_towns(said))),
    }
    _leave_out(said, OF_SERVICES, reading)
    return _given(given, number, said.get("id"))


def _towns(service):
    for each in list_of(service.get("service_at_locations")):
        location = each.get("location")
        for address in list_of(location.get("addresses") if isinstance(location, dict) else None):
            town = text_of(address.get("city"))
            if town:
                yield town


def _leave_out(said, kinds, reading):
    for key, what in kinds.items():
        if said.get(key):
            reading.left_out[str(what)] += 1


def _given(given, number, id_):
    id_ = text_of(id_)
    given = {key: text for key, text in given.items() if text}
    return Given(number, given, f"hsds:{id_}"[:300] if id_ else "")
