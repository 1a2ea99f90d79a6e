"""The feed of changes: what partners need in order to hold a copy, and nothing that is gone."""

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.response import Response

from registry.api.schema import FORMAT, errors, reference_to
from registry.api.viewsets import ReadingView, with_counter
from registry.cards.former_addresses import told_successors
from registry.cards.models import Card, Tombstone
from registry.cards.read import read
from registry.middleware.problems import BadParameter, Problem

MAX_CHANGES = 1000


class ChangesView(ReadingView):
    """What changed after number `since`: each record once, at its newest number.

    A reader that stores `next_since` and asks again until `more` is false has the whole registry.
    Numbers may be missing; nothing that came to be after `since` is. A withdrawal carries the
    type, id and day only, and the id of the record with which it is one now, if it was merged
    into another. What is computed from the day, such as the status of a programme, is
    that of the moment of reading.
    """

    @extend_schema(
        operation_id="changes",
        summary="What has changed",
        tags=["registry"],
        parameters=[
            OpenApiParameter("since", int, description="The number that was seen; 0 for all."),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MAX_CHANGES, "default": 100}
            ),
            OpenApiParameter(
                "registry",
                {"type": "string", "format": "uuid"},
                description="The id that came with `since`; a restored registry has another.",
            ),
            FORMAT,
        ],
        responses={
            (200, "application/json"): OpenApiResponse(
                reference_to("Changes"), "In the order of their numbers."
            ),
            **errors(400, 406, 409, 429),
        },
    )
    @with_counter
    def get(self, request, counter):
        given = self.requested("since", "limit", "registry", "format")
        since = _number("since", given["since"], 0, None, default=0)
        limit = _number("limit", given["limit"], 1, MAX_CHANGES, default=100)
        if given["registry"] and given["registry"] != str(counter.registry):
            raise _begin_again("These numbers are of another registry.", counter)
        # So it is after a restore: the reader has seen what the registry has lost.
        if since > counter.number:
            raise _begin_again("No change has this number yet.", counter)
        # One more than is asked for tells whether there are more.
        changes = list(changes_between(since, counter.number, limit + 1, request))
        more = len(changes) > limit
        changes = changes[:limit]
        return Response(
            {
                "registry": str(counter.registry),
                "changes": changes,
                # Numbers may be missing at the end too: all up to the newest has been looked at.
                "next_since": changes[-1]["n"] if more else counter.number,
                "more": more,
            }
        )


def changes_between(since, newest, limit, request):
    """The changes of the span in order.

    `newest` was read first and all up to it is committed: what moves from one table to the other
    while they are read gets a later number, and is found by the next reading.
    """
    span = {"number__gt": since, "number__lte": newest}
    tombstones = Tombstone.objects.filter(**span).order_by("number")[:limit]
    cards = Card.objects.filter(**span).order_by("number")[:limit]
    rows = sorted([*tombstones, *cards], key=lambda row: row.number)[:limit]
    merged = told_successors([row for row in rows if isinstance(row, Tombstone)])
    for row in rows:
        change = {"n": row.number, "type": row.type, "id": str(row.public_id)}
        if isinstance(row, Card):
            yield change | {"action": "upsert", "record": read(row, request)}
        else:
            into = merged.get((row.type, row.public_id))
            told = {"merged_into": str(into)} if into else {}
            yield change | {"action": "withdraw", "on": row.on.isoformat()} | told


def _number(name, text, lowest, highest, default):
    if not text:
        return default
    # 18 digits are below 2⁶³, the most that a whole number of a database can be.
    if text.isascii() and text.isdecimal() and len(text) < 19:
        number = int(text)
        if lowest <= number and (highest is None or number <= highest):
            return number
    span = f"from {lowest} to {highest}" if highest else f"from {lowest} on"
    raise BadParameter(name, f"A whole number {span}.")


def _begin_again(why, counter):
    return Problem(
        409,
        f"{why} Start again at 0.",
        registry=str(counter.registry),
        number=counter.number,
    )
