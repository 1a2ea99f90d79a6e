"""Records for tests: each function saves one real record, public unless it is told otherwise.

    ngo = organisation(name_en="Honey", seat=location("mstsislaw-district"))
    contest = programme("contest", roles=[("organiser", ngo)], locations=[ngo.seat])

Names of parts: `locations`, `themes`, `audiences` and `sources` take records, `roles` pairs of a
role and an organisation, `names` further names, `figures` rows of keywords.
"""

import uuid
from itertools import count

from django.db import models

from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme
from registry.cards.changeset import writing
from registry.cards.declarations import of_entries
from registry.locations.models import Location
from registry.records.models import Source, State, Term

_numbers = count(1)


def source(slug=None, **values):
    return _save(Source, slug, values)


def term(slug=None, scheme=Term.Scheme.THEME, **values):
    return _save(Term, slug, values | {"scheme": scheme})


def location(slug=None, kind=None, **values):
    """A country unless it lies in something; then a town unless it is said what it is."""
    kind = kind or (Location.Kind.TOWN if values.get("parent") else Location.Kind.COUNTRY)
    return _save(Location, slug, values | {"kind": kind})


def organisation(slug=None, **values):
    return _save(Organisation, slug, values)


def programme(slug=None, **values):
    return _save(Programme, slug, values)


def edition(slug=None, **values):
    if "programme" not in values:
        values["programme"] = programme()
    return _save(Edition, slug, values)


def initiative(slug=None, **values):
    return _save(Initiative, slug, values)


def event(slug=None, **values):
    return _save(Event, slug, values)


def role(record, organisation, role="organiser", **values):
    return record.roles.create(role=role, organisation=organisation, **values)


def figure(record, printed="about 50", **values):
    values.setdefault("measure", "participants")
    if "source" not in values:
        values["source"] = source()
    return record.figures.create(printed=printed, **values)


def life_event(organisation, kind="founded", date="", **values):
    if "source" not in values:
        values["source"] = source()
    return organisation.life_events.create(kind=kind, date=date, **values)


def row(part, record, **values):
    """A row of the part, with what it cannot be without."""
    for field in part._meta.concrete_fields:
        if field.name in values or field.null or field.blank or field.has_default():
            continue
        if field.choices:
            values[field.name] = field.flatchoices[0][0]
        elif isinstance(field, models.DecimalField | models.IntegerField):
            values[field.name] = 1
        elif field.name != "record" and field.is_relation:
            values[field.name] = globals()[field.related_model.card_type]()
    return part.objects.create(record=record, **values)


def belarus():
    """{slug: place}: a country with two regions, a district and a town."""
    country = location("belarus", name_en="Belarus", name_ru="Беларусь", iso_3166_1="BY")
    places = {"belarus": country}
    for slug, name, code, point in (
        ("mahilyow-region", "Mahilyow Region", "BY-MA", (53.9, 30.3)),
        ("brest-region", "Brest Region", "BY-BR", (52.1, 23.7)),
    ):
        places[slug] = location(
            slug,
            "region",
            name_en=name,
            iso_3166_2=code,
            parent=country,
            lat=point[0],
            lon=point[1],
        )
    places["mstsislaw-district"] = location(
        "mstsislaw-district",
        "district",
        name_en="Mstsislaw District",
        parent=places["mahilyow-region"],
        lat=54.02,
        lon=31.72,
    )
    places["mstsislaw"] = location(
        "mstsislaw",
        "town",
        name_en="Mstsislaw",
        name_be="Мсціслаў",
        name_ru="Мстиславль",
        parent=places["mstsislaw-district"],
        lat=54.02,
        lon=31.72,
    )
    return places


def _save(model, slug, values):
    number = next(_numbers)
    slug = slug or f"{model._meta.model_name}-{number}"
    parts = {name: values.pop(name, ()) for name in (*_PARTS, "roles", "figures")}
    values.setdefault("name_en", slug.replace("-", " ").capitalize())
    values.setdefault("state", State.PUBLIC)
    values.setdefault("public_id", uuid.uuid5(uuid.NAMESPACE_OID, f"{model.__name__}:{slug}"))
    with writing():
        record = model.objects.create(slug=slug, **values)
        for name, (relation, field) in _PARTS.items():
            for value in parts[name]:
                getattr(record, relation).create(**{field: value})
        for kind, organisation in parts["roles"]:
            role(record, organisation, kind)
        for row in parts["figures"]:
            figure(record, **row)
    return record


_PARTS = {
    "locations": ("placements", "location"),
    "themes": ("themes", "term"),
    "audiences": ("audiences", "term"),
    "formats": ("formats", "term"),
    "approaches": ("approaches", "term"),
    "sources": ("citations", "source"),
    "names": ("other_names", "name"),
}


def _factory(model):
    def kind(slug=None, **values):
        return _save(model, slug, values)

    kind.__name__ = model.card_type
    return kind


# Of the kinds of record that nothing here knows.
OTHERS = [_factory(each.model) for each in of_entries() if each.type not in globals()]
