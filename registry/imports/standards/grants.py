"""Grants after 360Giving, in JSON or as its flat table: https://standard.threesixtygiving.org/

A grant is a programme that somebody pays for and somebody receives. Its sum is a reported figure.
"""

import re

from django.utils.translation import gettext as _

from ..cells import when
from ..files import rows_of_text
from ..sections import Given, Section
from . import Reading, json_of, list_of, reads, text_of

HEADS = (b"Identifier", b"Funding Org", b"Recipient Org")
LISTED = re.compile(r"[A-Z]{2}-[A-Z]{2,8}-.+")  # an identifier of a list at org-id.guide


@reads
class Grants:
    def knows(self, data):
        if data[:1] == b"{":
            return b'"grants"' in data[:5000] and b"awarded" in data.lower()[:20_000]
        return all(head in data[:5000] for head in HEADS) and b"Amount Awarded" in data[:5000]

    def read(self, data):
        grants = json_of(data).get("grants") if data[:1] == b"{" else _flat(data)
        reading = Reading([Section(_("grants"), "programme", {})])
        for number, grant in enumerate(list_of(grants), 1):
            reading.sections[0].lines.append(_given(grant, number, reading))
        return reading


def _flat(data):
    """The rows of the flat table as the objects of JSON that they stand for."""
    heads, *rows = rows_of_text(data)
    paths = [[_camel(part) for part in head.split(":")] for head in heads]
    return [_nested(paths, row) for row in rows]


def _camel(head):
    first, *others = head.strip().split(" ")
    return first.lower() + "".join(map(str.capitalize, others))


def _nested(paths, row):
    grant = {}
    for path, text in zip(paths, row, strict=True):
        if text and len(path) == 1:
            grant[path[0]] = text
        elif text:
            grant.setdefault(path[0], [{}])[0][path[1]] = text
    return grant


def _given(grant, number, reading):
    given = {"name": text_of(grant.get("title")), "description": text_of(grant.get("description"))}
    for key, role in (("fundingOrganization", "funder"), ("recipientOrganization", "beneficiary")):
        for org in [*list_of(grant.get(key)), *list_of(grant.get(f"{key[:-12]}Org"))]:
            name, id_ = text_of(org.get("name")), text_of(org.get("id") or org.get("identifier"))
            given[f"roles:{role}"] = "\n".join(filter(None, [given.get(f"roles:{role}"), name]))
            if name and LISTED.fullmatch(id_):
                reading.identifiers[name] = id_
    places = list_of(grant.get("beneficiaryLocation"))
    given["placements"] = "\n".join(text_of(each.get("name")) for each in places)
    given["dates"] = _dates(grant)
    amount, currency = text_of(grant.get("amountAwarded")), text_of(grant.get("currency"))
    given["figures:grant"] = f"{amount} {currency}".strip() if amount else ""
    kept = {"title", "description", "amountAwarded", "currency", "plannedDates", "awardDate", "id"}
    kept |= {"identifier", "fundingOrganization", "recipientOrganization", "beneficiaryLocation"}
    kept |= {"fundingOrg", "recipientOrg"}
    for key in grant.keys() - kept:
        reading.left_out[key[:60]] += 1
    id_ = text_of(grant.get("id") or grant.get("identifier"))
    return Given(number, {k: v for k, v in given.items() if v}, f"360:{id_}"[:300] if id_ else "")


def _dates(grant):
    planned = next(iter(list_of(grant.get("plannedDates"))), {})
    start, end = (_day(planned.get(f"{side}Date")) for side in ("start", "end"))
    if start and end:
        return start if start == end else f"{start}/{end}"
    return f"{start}/.." if start else _day(grant.get("awardDate"))


def _day(value):
    """EDTF of a day, however it is written; "" where it cannot be read."""
    text = text_of(value).partition("T")[0]
    try:
        return when(text).edtf
    except ValueError:
        return ""
