"""Another registry of this kind, by its `changes/` (docs/api.md): its records become drafts here.

What was withdrawn there, `manage.py follow` withdraws here at once; a file that somebody sends only
tells of it, as it takes an officer's right.
"""

from django.utils.translation import gettext as _

from registry.values.texts import LANGUAGES, spoken

from ..sections import Given, Section
from . import Reading, json_of, list_of, reads, text_of

KINDS = ("organisation", "programme", "event")
TEXTS = ("name", "summary", "description", "helps_with")
PLAIN = ("kind", "mode", "status", "website", "email", "cost", "registration_url")


@reads
class Changes:
    def knows(self, data):
        return data[:1] == b"{" and b'"registry"' in data[:500] and b'"changes"' in data[:500]

    def read(self, data):
        said = json_of(data)
        registry = text_of(said.get("registry"))
        sections = {kind: Section(_called(kind), kind, {}) for kind in KINDS}
        reading = Reading(list(sections.values()))
        for change in list_of(said.get("changes")):
            kind, record = change.get("type"), change.get("record")
            if change.get("action") == "withdraw":
                reading.left_out[_("withdrawn there")] += 1
            elif kind in sections and isinstance(record, dict):
                lines = sections[kind].lines
                origin = origin_of(registry, change)
                lines.append(Given(len(lines) + 1, _cells(record, registry, reading), origin))
            else:
                reading.left_out[_("kinds of records that are not taken")] += 1
        return reading


def origin_of(registry, change):
    """What a record of that registry is called here for ever."""
    return f"registry:{registry}:{text_of(change.get('type'))}:{text_of(change.get('id'))}"[:300]


def withdrawn_in(data):
    """[origin] of what was withdrawn there, by a reply of `changes/`."""
    said = json_of(data)
    registry = text_of(said.get("registry"))
    changes = list_of(said.get("changes"))
    return [origin_of(registry, each) for each in changes if each.get("action") == "withdraw"]


def _called(kind):
    return f"{_('changes of another registry')}: {kind}"


def _cells(record, registry, reading):
    given = {"name": _named(record)}
    for key in TEXTS:
        texts = record.get(key)
        for language in LANGUAGES if isinstance(texts, dict) else ():
            given[f"{key}_{language}"] = text_of(texts.get(language))
    given |= {key: text_of(record.get(key)) for key in PLAIN}
    dates = record.get("dates")
    given["dates"] = text_of(dates.get("edtf")) if isinstance(dates, dict) else ""
    places = [_named(each) for each in list_of(record.get("locations"))]
    given["placements"] = "\n".join(filter(None, places))
    given["themes"] = "\n".join(filter(None, map(_named, list_of(record.get("themes")))))
    given["seat"] = _named(record.get("seat"))
    for role in list_of(record.get("roles")):
        organisation = role.get("organisation")
        if name := _named(organisation):
            key = f"roles:{text_of(role.get('role'))}"
            given[key] = "\n".join(filter(None, [given.get(key), name]))
            reading.identifiers[name] = origin_of(
                registry, {"type": "organisation", **organisation}
            )
    return {key: text for key, text in given.items() if text}


def _named(record):
    texts = record.get("name") if isinstance(record, dict) else None
    if not isinstance(texts, dict):
        return ""
    return text_of(spoken({code: text_of(texts.get(code)) or None for code in LANGUAGES}))
